/** A failure to inject into the next calls of an operation. */
export interface Fault {
  /** `kms:Encrypt`, or `*` for every operation. */
  readonly operation: string;
  /** How many calls are hit; 1 by default. */
  readonly count?: number;
  /** How many calls pass before the first is hit. */
  readonly skip?: number;
  readonly kind: FaultKind;
}

export type FaultKind =
  | 'throttle'
  | 'server-error'
  /** The connection closes without an answer, and nothing has happened. */
  | 'drop-before'
  /** The connection closes without an answer, after the operation has done its work. */
  | 'drop-after'
  | { readonly error: string; readonly message?: string; readonly status?: number }
  | { readonly latencyMs: number };

export interface FaultQueue {
  inject(fault: Fault): void;
  clear(): void;
  /** The faults that hit this call: any delays, then at most one failure. */
  take(operation: string): readonly FaultKind[];
}

interface Pending {
  readonly fault: Fault;
  skip: number;
  left: number;
}

/** Makes an empty queue. Faults hit in the order in which they were injected. */
export function createFaultQueue(): FaultQueue {
  let queue: Pending[] = [];
  return {
    inject: (fault) => {
      queue.push({ fault, skip: fault.skip ?? 0, left: fault.count ?? 1 });
    },
    clear: () => {
      queue = [];
    },
    take: (operation) => {
      if (queue.length === 0) return [];
      const hits: FaultKind[] = [];
      for (const pending of queue) {
        if (pending.fault.operation !== '*' && pending.fault.operation !== operation) continue;
        if (pending.skip > 0) {
          pending.skip -= 1;
          continue;
        }
        pending.left -= 1;
        hits.push(pending.fault.kind);
        if (!isDelay(pending.fault.kind)) break;
      }
      queue = queue.filter(({ left }) => left > 0);
      return hits;
    },
  };
}

/** Whether a fault only delays the call. */
export function isDelay(kind: FaultKind): kind is { readonly latencyMs: number } {
  return typeof kind === 'object' && 'latencyMs' in kind;
}
