import { throwProblem, toProblem, type Problem } from '../../problem';
import type { Known } from '../../access/site';
import type { Unknown } from '../../access/stage-access';

/** Reads that may be refused: each that is becomes something that is not known, and the others go on. */
export interface Attempts {
  readonly attempt: <T>(what: string, read: () => Promise<T>) => Promise<Known<T>>;
  readonly unknown: () => readonly Unknown[];
}

/** Once nobody answers, nobody is waited for any more. */
export function openAttempts(): Attempts {
  const unknown: Unknown[] = [];
  let unreachable: Problem | undefined;
  return {
    attempt: async (what, read) => {
      try {
        if (unreachable) throwProblem(unreachable);
        return { known: true, value: await read() };
      } catch (error) {
        const problem = toProblem(error);
        if (problem.code === 'awsUnreachable') unreachable = problem;
        unknown.push(unknownFor(what, problem));
        return { known: false };
      }
    },
    unknown: () => unknown,
  };
}

/** What a problem leaves unknown. */
export const unknownFor = (what: string, problem: Problem): Unknown => ({
  what,
  ...(problem.denied === undefined ? {} : { needs: problem.denied }),
  code: problem.code,
  why: problem.what,
  fix: problem.fix,
});
