import type { SopsError, SopsErrorCode } from 'sops-codec';
import type { ProblemCode } from './problem-codes';

/** What every failure of this package says: its cause, what is wrong, where, and the command or lines that fix it. */
export interface Problem {
  /** The cause, as a stable word (docs/errors.md): programs decide by it, never by a text. */
  readonly code: ProblemCode | SopsErrorCode;
  readonly what: string;
  /** The IAM action that AWS refused: somebody with more rights can do it. */
  readonly denied?: string;
  /**
   * Of an action that AWS refused: the kind of policy that would have to allow it, as far as AWS says. Absent where one
   * denies it explicitly.
   */
  readonly grantable?: 'identity' | 'resource' | 'other' | 'any';
  readonly where?: string | undefined;
  readonly fix: string;
}

/** Carries a Problem through code that throws; `toProblem` takes it out again. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(renderProblem(problem));
    this.problem = problem;
    // Nx prints the stack of what a generator throws; where in our code it was thrown helps nobody.
    this.stack = this.message;
  }
}

/** Throws `problem`. */
export function throwProblem(problem: Problem): never {
  throw new ProblemError(problem);
}

/** The problem that anything thrown is. */
export function toProblem(thrown: unknown): Problem {
  if (thrown instanceof ProblemError) return thrown.problem;
  if (isSopsError(thrown)) {
    const { code, what, where, fix, failures } = thrown;
    const cause = [thrown, ...failures].map((one) => one.cause).find((one) => one instanceof ProblemError);
    return {
      ...(failures.some(({ code }) => code === 'accessDenied') ? { denied: 'kms:Decrypt' } : {}),
      ...(cause && behind(cause.problem)),
      what,
      where,
      code: cause?.problem.code ?? code,
      fix: fix ?? 'See docs/compatibility.md of sops-codec for what is supported.',
    };
  }
  if (isSystemError(thrown)) {
    return {
      code: noRoom.has(thrown.code) ? 'diskFull' : 'fileAccess',
      what: `${thrown.syscall} failed with ${thrown.code}`,
      where: thrown.path,
      fix: noRoom.has(thrown.code)
        ? 'Free disk space, then run it again; nothing was changed.'
        : 'Check the path and its permissions.',
    };
  }
  // The message of an unexpected error may quote what was being worked on, a value included: only its name is shown.
  const name = thrown instanceof Error ? thrown.name : typeof thrown;
  return {
    code: 'unexpectedError',
    what: `unexpected error (${name})`,
    fix: 'Please report it, with the command you ran and the versions that "npx nx report" prints.',
  };
}

/** What a problem behind an error of the codec tells programs. */
const behind = ({ denied, grantable }: Problem) => ({
  ...(denied === undefined ? {} : { denied }),
  ...(grantable === undefined ? {} : { grantable }),
});

/** By name: the codec is not loaded to ask whether an error is its own. */
export const isSopsError = (thrown: unknown): thrown is SopsError =>
  thrown instanceof Error && thrown.name === 'SopsError';

/** A write to an open file names no path. */
const isSystemError = (thrown: unknown): thrown is Error & { code: string; syscall: string; path?: string } =>
  thrown instanceof Error && 'code' in thrown && 'syscall' in thrown;

const noRoom: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** The text of a problem, safe for a terminal: the one place where problems become text. */
export function renderProblem({ code, what, where, fix }: Problem): string {
  const lines = [`what:  ${what}`, ...(where ? [`where: ${where}`] : []), `fix:   ${fix}`, `code:  ${code}`];
  return lines.map((line) => escapeControlCharacters(line).replaceAll('\n', '\n       ')).join('\n');
}

/**
 * `text` with control characters (terminal escape codes, bidirectional overrides) shown as escapes, and so what a CI
 * service would take for a command to it: names come from files, and messages from whoever answered. Line breaks stay.
 * Source: GitHub Docs, "Workflow commands"; Azure Pipelines, "Logging commands".
 */
export function escapeControlCharacters(text: string): string {
  return text
    .replace(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, escaped)
    .replace(/^[^\S\n]*:(?=:)/gm, (begin) => begin.slice(0, -1) + escaped(':'))
    .replace(/#(?=#(?:\[|vso\[))/g, escaped);
}

const escaped = (character: string): string => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
