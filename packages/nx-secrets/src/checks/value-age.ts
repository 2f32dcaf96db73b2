import type { Commit } from '../git/changes';

/** The encrypted values of one content of a secret file. */
export interface Contents {
  /**
   * What tells each value apart: its IV. A writer of SOPS files takes a new random one for a new value and keeps it for
   * one that stays, through a new data key, too.
   */
  readonly fingerprints: readonly string[];
  /** Those of pending values. They stay when the file is re-encrypted, so they do not tell whether it was. */
  readonly pending?: readonly string[];
  /** Reads the content in full; undefined where it cannot be read. */
  readonly inFull: () => FullContents | undefined;
}

/** An encrypted value. */
export interface EncryptedValue {
  readonly fingerprint: string;
  /** Type and length of its plaintext, which ciphertext shows. */
  readonly shape: string;
}

/** A content with what is only asked for where a file seems to have been re-encrypted as a whole. */
export interface FullContents {
  /** Values by key; a list has several. */
  readonly keys: ReadonlyMap<string, readonly EncryptedValue[]>;
  /** The data key as it is wrapped for each recipient. */
  readonly wrapped: readonly string[];
}

/** One commit's change of one secret file. */
export interface Step {
  readonly commit: Commit;
  /** Undefined where the commit removed the file. */
  readonly after: Contents | undefined;
  /** Undefined where the commit made the file. */
  readonly before: Contents | undefined;
}

/** Where values come from. */
export interface Origins {
  /** The earliest commit that has a value, by fingerprint. */
  readonly seen: ReadonlyMap<string, Commit>;
  /** The fingerprints that a value had before its file was re-encrypted. */
  readonly former: ReadonlyMap<string, readonly string[]>;
}

/**
 * Finds out where values come from. A file that was re-encrypted as a whole (every fingerprint and every wrapped data key is
 * another one) has the values that it had before, as far as is known: one that was changed in the same commit counts
 * as unchanged, unless its length or type changed.
 *
 * @param steps in any order
 */
export function originsOf(steps: readonly Step[]): Origins {
  const seen = new Map<string, Commit>();
  for (const { commit, after } of steps) {
    for (const fingerprint of [...(after?.fingerprints ?? []), ...(after?.pending ?? [])]) {
      const known = seen.get(fingerprint);
      if (!known || commit.date < known.date) seen.set(fingerprint, commit);
    }
  }
  const former = new Map<string, readonly string[]>();
  for (const { commit, after, before } of steps) {
    if (!after || !before || !shareNothing(after, before)) continue;
    // A content that was there before has come back: where its values come from was reported when they first came.
    if (after.fingerprints.some((fingerprint) => seen.get(fingerprint)?.id !== commit.id)) continue;
    for (const [fingerprint, fingerprints] of successions(after.inFull(), before.inFull()))
      former.set(fingerprint, fingerprints);
  }
  return { seen, former };
}

/**
 * The commit that a value has been there since; undefined where no commit has it.
 *
 * @param fingerprints the value's; a list is as old as its newest element
 */
export function originOf(fingerprints: readonly string[], origins: Origins): Commit | undefined {
  const commits = fingerprints.map((fingerprint) => earliest(fingerprint, origins));
  if (commits.includes(undefined)) return undefined;
  return commits.reduce((newest, commit) =>
    newest && commit && commit.date < newest.date ? newest : commit,
  );
}

/** Dates are what committers say they are, so a circle cannot be ruled out. */
function earliest(fingerprint: string, { seen, former }: Origins): Commit | undefined {
  const open = [fingerprint];
  const known = new Set(open);
  let found: Commit | undefined;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const commit = seen.get(next);
    if (commit && (!found || commit.date < found.date)) found = commit;
    for (const one of former.get(next) ?? []) {
      if (!known.has(one)) open.push(one);
      known.add(one);
    }
  }
  return found;
}

function shareNothing(after: Contents, before: Contents): boolean {
  const old = new Set(before.fingerprints);
  return (
    after.fingerprints.length > 0 &&
    old.size > 0 &&
    after.fingerprints.every((fingerprint) => !old.has(fingerprint))
  );
}

/** For each new fingerprint, those that the same key had before; none where the data key is the same. */
function successions(
  after: FullContents | undefined,
  before: FullContents | undefined,
): readonly (readonly [string, readonly string[]])[] {
  if (!after || !before) return [];
  const old = new Set(before.wrapped);
  if (after.wrapped.some((one) => old.has(one))) return [];
  return [...after.keys].flatMap(([key, values]) =>
    values.map(({ fingerprint, shape }) => {
      const alike = (before.keys.get(key) ?? []).filter((value) => value.shape === shape);
      return [fingerprint, alike.map((value) => value.fingerprint)] as const;
    }),
  );
}
