/** A key that a file gives a value. */
export interface Pair {
  /** Names from the outside to the inside, sections included. */
  readonly path: readonly string[];
  readonly value: string;
}
