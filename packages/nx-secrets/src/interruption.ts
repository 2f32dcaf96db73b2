import { ProblemError, type Problem } from './problem';

/** Whether the user or the CI service wants a run to end. */
export interface Interruption {
  /** Nothing new is begun once this is true. */
  readonly requested: () => boolean;
  /** Gives what `step` gives; throws once it has been waited for long enough after the interruption. */
  readonly during: <T>(step: Promise<T>) => Promise<T>;
}

/** For runs that nothing interrupts. */
export const uninterrupted: Interruption = { requested: () => false, during: (step) => step };

/** The problem of what was not begun. */
export const skipped: Problem = {
  code: 'interrupted',
  what: 'interrupted before it started',
  fix: 'Run it again; finished work is kept.',
};

/** The problem of a call that was under way for too long when the interruption came. */
export const aborted: Problem = {
  code: 'interruptedCall',
  what: 'interrupted during a call to AWS, which may or may not have taken effect',
  fix: 'Run it again: it checks the state and continues.',
};

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** How long calls under way may take after an interruption, in milliseconds: Nx kills its workers 5 s after it asks. */
const grace = 2_000;

/**
 * Runs `run` so that Ctrl-C (or whatever ends the CI job) lets it finish or abandon what is under way, and report. A second
 * signal changes nothing: Nx sends one of its own after the terminal's.
 */
export async function interruptible<T>(run: (interruption: Interruption) => Promise<T>): Promise<T> {
  let requested = false;
  let abandon: (error: ProblemError) => void = () => undefined;
  const over = new Promise<never>((_, reject) => (abandon = reject));
  over.catch(() => undefined); // Nobody may be waiting.
  let timer: NodeJS.Timeout | undefined;
  const onSignal = () => {
    requested = true;
    timer ??= setTimeout(() => abandon(new ProblemError(aborted)), grace);
  };
  for (const signal of signals) process.on(signal, onSignal);
  try {
    return await run({ requested: () => requested, during: (step) => Promise.race([step, over]) });
  } finally {
    clearTimeout(timer);
    for (const signal of signals) process.off(signal, onSignal);
  }
}
