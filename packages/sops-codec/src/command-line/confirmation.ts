import { createInterface } from 'node:readline/promises';
import { escapeControlCharacters } from './escape-control-characters';

/** Asks questions on the terminal, or in a pipe, one after the other. */
export interface Confirmation {
  /** Repeats the question until the answer is y or n; undefined where standard input ends first. */
  readonly ask: (question: string) => Promise<boolean | undefined>;
  readonly close: () => void;
}

/** Opens standard input for answers. Lines that arrive early are kept for the next question. */
export function openConfirmation(): Confirmation {
  const readline = createInterface({ input: process.stdin });
  const lines = readline[Symbol.asyncIterator]();
  let last: Promise<unknown> = Promise.resolve();
  const ask = async (question: string): Promise<boolean | undefined> => {
    for (;;) {
      process.stdout.write(escapeControlCharacters(question));
      const line = await lines.next();
      if (line.done === true) return undefined;
      const answer = line.value.trim();
      if (answer === 'y' || answer === 'n') return answer === 'y';
    }
  };
  return {
    ask: (question) => {
      const answer = last.then(() => ask(question));
      last = answer.catch(() => undefined);
      return answer;
    },
    close: () => readline.close(),
  };
}
