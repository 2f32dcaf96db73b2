/** What went wrong, by the exit code that sops gives it (cmd/sops/codes/codes.go). */
export const exitCodes = {
  generic: 1,
  unreadableInput: 2,
  unwritableOutput: 3,
  unserializable: 4,
  badKmsContext: 6,
  badSetSyntax: 7,
  conflictingParameters: 8,
  macEncryption: 21,
  treeEncryption: 23,
  treeDecryption: 25,
  keyChangeOnMissingFile: 49,
  macMismatch: 51,
  badTreePath: 91,
  noDocument: 92,
  noFile: 100,
  duplicateKeyType: 112,
  noDataKey: 128,
  notModified: 200,
  noEditor: 201,
  versionUncomparable: 202,
  alreadyEncrypted: 203,
} as const;

export type SopsErrorCode = keyof typeof exitCodes;

/**
 * The one error of this package. `what` never holds a value, a data key or plaintext; `where` is a file, a line and
 * column, a key path or a recipient; `fix` is what the reader can do about it.
 */
export class SopsError extends Error {
  override readonly name = 'SopsError';
  readonly code: SopsErrorCode;
  readonly what: string;
  readonly where: string | undefined;
  readonly fix: string | undefined;

  constructor(
    code: SopsErrorCode,
    problem: { what: string; where?: string | undefined; fix?: string | undefined; cause?: unknown },
  ) {
    super([problem.what, problem.where && `(${problem.where})`].filter(Boolean).join(' '), {
      cause: problem.cause,
    });
    this.code = code;
    this.what = problem.what;
    this.where = problem.where;
    this.fix = problem.fix;
  }
}

/** An error with the code that sops gives it in this place. */
export const recoded = (error: unknown, from: SopsErrorCode, to: SopsErrorCode): unknown =>
  error instanceof SopsError && error.code === from
    ? new SopsError(to, { what: error.what, where: error.where, fix: error.fix })
    : error;
