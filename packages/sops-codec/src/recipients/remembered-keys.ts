/** Keys that a keyring has unwrapped, for a while. */
export interface RememberedKeys {
  /**
   * The key of an id: what is remembered of it, the call for it that is under way, or a call. Each caller gets a copy.
   *
   * @param keep whether the key is remembered after the last one who waits for it has it
   */
  readonly get: (id: string, keep: boolean, unwrap: () => Promise<Uint8Array>) => Promise<Uint8Array>;
  /** Fills all keys with zeros, and remembers none that is still being unwrapped. */
  readonly forget: () => void;
}

/** One call, and what came of it. */
interface Entry {
  readonly key: Promise<Uint8Array>;
  /** Callers that do not have their copy yet. */
  waiting: number;
  isOver: boolean;
  timer?: NodeJS.Timeout;
}

/**
 * Equal wrapped keys are unwrapped once: 200 copies of a file ask a key service once, whether they are read one after the
 * other or at the same time. A failure is that of those who wait for it, and of no later caller.
 *
 * @param milliseconds how long a key is remembered, from its call on; it is not prolonged. 0: not at all
 * @param most how many keys are remembered; the oldest one goes first
 */
export function rememberedKeys(milliseconds: number, most: number): RememberedKeys {
  const entries = new Map<string, Entry>();

  function end(id: string, entry: Entry): void {
    if (entries.get(id) === entry) entries.delete(id);
    clearTimeout(entry.timer);
    entry.isOver = true;
    if (entry.waiting === 0) zero(entry);
  }

  function begin(id: string, keep: boolean, unwrap: () => Promise<Uint8Array>): Entry {
    const entry: Entry = { key: unwrap(), waiting: 0, isOver: false };
    entries.set(id, entry);
    entry.key.then(
      () => {
        if (entry.isOver) return;
        if (!keep || milliseconds <= 0) return end(id, entry);
        entry.timer = setTimeout(() => end(id, entry), milliseconds).unref();
        for (const [oldest, other] of entries) {
          if (entries.size <= most) break;
          if (other.timer !== undefined) end(oldest, other);
        }
      },
      () => end(id, entry),
    );
    return entry;
  }

  return {
    get: async (id, keep, unwrap) => {
      const entry = entries.get(id) ?? begin(id, keep, unwrap);
      entry.waiting += 1;
      try {
        return Uint8Array.from(await entry.key);
      } finally {
        entry.waiting -= 1;
        if (entry.isOver && entry.waiting === 0) zero(entry);
      }
    },
    forget: () => entries.forEach((entry, id) => end(id, entry)),
  };
}

function zero({ key }: Entry): void {
  void key.then(
    (bytes) => bytes.fill(0),
    () => undefined,
  );
}
