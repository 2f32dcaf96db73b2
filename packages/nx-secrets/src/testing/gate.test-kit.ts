/** When a run dies, as by `kill -9`: at its n-th request (from 0), before or after that has its effect. */
export interface Death {
  readonly request: number;
  readonly effect: boolean;
}

/** A request that is held. */
interface Held {
  readonly operation: string;
  readonly proceed: () => void;
}

interface Run {
  /** In the order in which they came: a run may ask several things at once. */
  held: Held[];
  requests: number;
  /** It has ended, or died. */
  over: boolean;
  readonly death: Death | undefined;
  readonly die: () => void;
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
  const runs = new Map<number, Run>();
  let quiet: () => void = () => undefined;
  const isBusy = () => [...runs.values()].some(({ over, held }) => !over && held.length === 0);
  const settle = () => {
    if (!isBusy()) quiet();
  };
  const quietness = async () => {
    if (isBusy()) await new Promise<void>((resolve) => (quiet = resolve));
  };
  return {
    waiting: async () => {
      await quietness();
      return [...runs].flatMap(([run, { held }]) => (held.length > 0 ? [run] : [])).sort();
    },
    release: async (run) => {
      const { operation, proceed } = runs.get(run)!.held.shift()!;
      proceed();
      await quietness();
      return operation;
    },
    start: (run, body, death) => {
      let die: () => void = () => undefined;
      const dead = new Promise<undefined>((resolve) => (die = () => resolve(undefined)));
      const state: Run = { held: [], requests: 0, over: false, death, die };
      runs.set(run, state);
      return Promise.race([body(), dead]).finally(() => {
        state.over = true;
        settle();
      });
    },
    pass: <T>(run: number, operation: string, send: () => T) =>
      new Promise<T>((resolve) => {
        const state = runs.get(run)!;
        const proceed = () => {
          const request = state.requests;
          state.requests += 1;
          if (state.death?.request === request) {
            state.held = [];
            state.over = true;
            state.die();
            if (state.death.effect) unheard(send);
            return;
          }
          // Sent at once; what it throws is for whoever waits.
          resolve((async () => send())());
        };
        const isDead = state.death !== undefined && state.requests > state.death.request;
        if (isDead) return;
        state.held.push({ operation, proceed });
        settle();
      }),
  };
}

/** Sends what nobody waits for the answer of. */
function unheard(send: () => unknown): void {
  try {
    send();
  } catch {
    // A connection that was cut off.
  }
}

/**
 * Lets the process end although dead runs wait: the time limits of their calls, which are never answered, would keep it for a
 * minute.
 *
 * @returns what undoes it
 */
export function forgetWhatTheDeadWaitFor(): () => void {
  const original = globalThis.setTimeout;
  const forgotten = (...args: Parameters<typeof setTimeout>) => original(...args).unref();
  globalThis.setTimeout = Object.assign(forgotten, original) as typeof setTimeout;
  return () => {
    globalThis.setTimeout = original;
  };
}
