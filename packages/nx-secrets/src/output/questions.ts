import { throwProblem, toProblem, type Problem } from '../problem';

/** A question that a line answers. Where nobody can be asked (`isInteractive`), an option answers it instead. */
export interface TextQuestion {
  /** One line, safe for a terminal. */
  readonly message: string;
  /** What Enter gives. */
  readonly initialValue?: string;
  /** Throws a problem for an answer that cannot be taken: it is shown, and the question stays. */
  readonly check?: (answer: string) => unknown;
}

/**
 * Asks for a line on the terminal until there is one that can be taken.
 *
 * @param cancelled what Ctrl-C comes to
 * @returns the answer without the spaces around it
 * @throws ProblemError `cancelled`
 */
export async function askText({ check, ...question }: TextQuestion, cancelled: Problem): Promise<string> {
  const { isCancel, text } = await import('@clack/prompts');
  const validate = (answer = '') => complaint(() => check?.(answer.trim()));
  const answer = await text({ initialValue: '', defaultValue: '', ...question, validate });
  return isCancel(answer) ? throwProblem(cancelled) : answer.trim();
}

/**
 * Asks on the terminal for one of several names; the arrow keys choose.
 *
 * @param cancelled what Ctrl-C comes to
 * @throws ProblemError `cancelled`
 */
export async function askForOne(
  message: string,
  names: readonly string[],
  cancelled: Problem,
): Promise<string> {
  const { isCancel, select } = await import('@clack/prompts');
  const answer = await select({ message, options: names.map((value) => ({ value, label: value })) });
  return isCancel(answer) ? throwProblem(cancelled) : answer;
}

/**
 * Asks yes or no on the terminal.
 *
 * @param initialValue what Enter gives
 * @returns undefined for Ctrl-C
 */
export async function askYesOrNo(message: string, initialValue: boolean): Promise<boolean | undefined> {
  const { confirm, isCancel } = await import('@clack/prompts');
  const answer = await confirm({ message, initialValue });
  return isCancel(answer) ? undefined : answer;
}

function complaint(check: () => unknown): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    const { what, fix } = toProblem(error);
    return `${what}. ${fix.split('\n', 1).join('')}`;
  }
}
