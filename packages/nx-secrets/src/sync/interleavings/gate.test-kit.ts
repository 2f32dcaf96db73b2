/** When a run dies, as by `kill -9`: at its n-th request (from 0), before or after that has its effect. */
export interface Death {
  readonly request: number;
  readonly effect: boolean;
}

interface Waiting {
  readonly operation: string;
  readonly proceed: () => void;
}

/**
 * Holds the requests of several runs until they are let through, one at a time. Nothing else goes on meanwhile, so what
 * happens depends on the order of letting through alone.
 */
export interface Gate {
  /** Runs that wait for a request to be let through, once all others wait or have ended. */
  readonly waiting: () => Promise<readonly number[]>;
  /** Lets a run's request through; gives its operation once the run waits again, has ended or died. */
  readonly release: (run: number) => Promise<string>;
  /** Starts a run; what it gives is undefined where it died. */
  readonly start: <T>(run: number, body: () => Promise<T>, death?: Death) => Promise<T | undefined>;
  /** Called around each request of a run. */
  readonly pass: <T>(run: number, operation: string, send: () => T) => Promise<T>;
}

/** Makes a gate. */
export function createGate(): Gate {
  const waiting = new Map<number, Waiting>();
  const requests = new Map<number, number>();
  const deaths = new Map<number, { readonly death: Death; readonly die: () => void }>();
  let busy = 0;
  let quiet: () => void = () => undefined;
  const settle = () => {
    busy -= 1;
    if (busy === 0) quiet();
  };
  const quietness = async () => {
    if (busy > 0) await new Promise<void>((resolve) => (quiet = resolve));
  };
  const never = () => new Promise<never>(() => undefined);
  return {
    waiting: async () => {
      await quietness();
      return [...waiting.keys()].sort();
    },
    release: async (run) => {
      const { operation, proceed } = waiting.get(run)!;
      waiting.delete(run);
      busy += 1;
      proceed();
      await quietness();
      return operation;
    },
    start: (run, body, death) => {
      busy += 1;
      const dead = new Promise<undefined>((resolve) => {
        if (death) deaths.set(run, { death, die: () => resolve(undefined) });
      });
      return Promise.race([body(), dead]).finally(settle);
    },
    pass: async (run, operation, send) => {
      await new Promise<void>((proceed) => {
        waiting.set(run, { operation, proceed });
        settle();
      });
      const request = requests.get(run) ?? 0;
      requests.set(run, request + 1);
      const dying = deaths.get(run);
      if (dying?.death.request !== request) return send();
      if (dying.death.effect) send();
      dying.die();
      return never();
    },
  };
}
