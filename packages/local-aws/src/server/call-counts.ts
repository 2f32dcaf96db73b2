/** How often each operation was called, `kms:Encrypt` → count, failed calls and retries included. */
export interface CallCounts {
  add(operation: string): void;
  all(): Record<string, number>;
  reset(): void;
}

/** Makes counts that are all zero. */
export function createCallCounts(): CallCounts {
  const counts = new Map<string, number>();
  return {
    add: (operation) => {
      counts.set(operation, (counts.get(operation) ?? 0) + 1);
    },
    all: () => Object.fromEntries(counts),
    reset: () => {
      counts.clear();
    },
  };
}
