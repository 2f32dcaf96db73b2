/**
 * The stable codes of all failures, each with the exit code that sops has for it (`cmd/sops/codes/codes.go`). A command
 * may give a failure another exit code where sops does: `SopsError.exitCode` is the one that counts.
 */
export const exitCodes = {
  /** The content is not of its format; `line` and `column` say where. */
  syntax: 1,
  /** The file has no SOPS metadata. */
  notEncrypted: 1,
  /** The file has no content. */
  empty: 1,
  /** The SOPS metadata is incomplete, contradictory or of the wrong types. */
  badMetadata: 1,
  /** No file format of that name is supported. */
  unknownFormat: 1,
  /** The `.sops.yaml` cannot be read. */
  badConfig: 1,
  /** The `.sops.yaml` has creation rules, and none for this file. */
  noMatchingRule: 1,
  /** A selection rule or path_regex is not an RE2 expression. */
  badRegex: 1,
  /** No recipients are named for a file. */
  noRecipients: 1,
  /** A recipient is not of the form that its kind has. */
  badRecipient: 1,
  /** An argument, option, operand or command is not valid. */
  badUsage: 1,
  /** The path leads to no value. */
  pathNotFound: 1,
  /** A destination did not take a file. */
  publishFailed: 1,
  /** The file or standard input cannot be read. */
  unreadableInput: 2,
  /** The result cannot be written. */
  unwritableOutput: 3,
  /** The format cannot hold a value. */
  unserializable: 4,
  /** An encryption context is not a list of pairs. */
  badKmsContext: 6,
  /** The value of `set` is not valid. */
  badSetSyntax: 7,
  /** Options or rules exclude each other. */
  conflictingParameters: 8,
  /** A value cannot be encrypted. */
  treeEncryption: 23,
  /** A value cannot be decrypted: it was changed, moved or belongs to another file. */
  treeDecryption: 25,
  /** Recipients of a file that does not exist cannot be changed. */
  keyChangeOnMissingFile: 49,
  /** The MAC does not match the values. */
  macMismatch: 51,
  /** A path is not valid, or leads through a value that holds no others. */
  badTreePath: 91,
  /** The file does not exist. */
  noFile: 100,
  /** The decryption order names a kind twice. */
  duplicateKeyType: 112,
  /** No recipient gave the data key, for several reasons: `failures` has each. */
  noDataKey: 128,
  /** No identity is available that decrypts the data key. */
  noIdentity: 128,
  /** There are no valid credentials for a key service. */
  badCredentials: 128,
  /** The key service refuses this identity. */
  accessDenied: 128,
  /** The key does not exist. */
  keyNotFound: 128,
  /** The key exists, but is disabled or scheduled for deletion. */
  keyUnusable: 128,
  /** The wrapped data key is damaged, or belongs to another key. */
  badWrappedKey: 128,
  /** The key service does not answer, or not in time. */
  recipientUnreachable: 128,
  /** The key service limits requests. */
  throttled: 128,
  /** A program or package that a recipient needs is not installed. */
  missingDependency: 128,
  /** Recipients of this kind are not supported. */
  unsupportedRecipient: 128,
  /** A recipient failed for another reason. */
  recipientFailed: 128,
  /** The editor left the file as it was. */
  notModified: 200,
  /** No editor was found, or it failed. */
  noEditor: 201,
  /** The file is encrypted already. */
  alreadyEncrypted: 203,
} as const;

/** What went wrong, as a stable word. */
export type SopsErrorCode = keyof typeof exitCodes;

/** What a SopsError is made of. */
export interface SopsErrorDetails {
  /** What went wrong. Never holds a value, a data key or plaintext. */
  readonly what: string;
  /** A file, a line and column, a key path or a recipient. */
  readonly where?: string | undefined;
  /** What the reader can do about it. */
  readonly fix?: string | undefined;
  /** Line of a syntax error, from 1. */
  readonly line?: number | undefined;
  /** Column of a syntax error, from 1. */
  readonly column?: number | undefined;
  /** The reason of each recipient, where no data key was found. */
  readonly failures?: readonly SopsError[] | undefined;
  /** The exit code of the command line, where it is not the usual one of `code`. */
  readonly exitCode?: number | undefined;
  /** The error behind this one, where its text cannot hold a secret. */
  readonly cause?: unknown;
}

/** The one error of this package. */
export class SopsError extends Error {
  /** Tells the error from others where `instanceof` cannot: in another copy of this package. */
  override readonly name = 'SopsError';
  /** What went wrong, as a stable word: programs decide by it, never by a text. */
  readonly code: SopsErrorCode;
  /** What went wrong. Never holds a value, a data key or plaintext. */
  readonly what: string;
  /** A file, a line and column, a key path or a recipient. */
  declare readonly where: string | undefined;
  /** What the reader can do about it. */
  declare readonly fix: string | undefined;
  /** Line of a syntax error, from 1. */
  declare readonly line: number | undefined;
  /** Column of a syntax error, from 1. */
  declare readonly column: number | undefined;
  /** The reason of each recipient, where no data key was found; else empty. */
  declare readonly failures: readonly SopsError[];
  /** The exit code that sops has for this. */
  readonly exitCode: number;

  /**
   * @param code what went wrong, as a stable word
   * @param details texts and places
   */
  constructor(code: SopsErrorCode, details: SopsErrorDetails) {
    const { what, where, cause } = details;
    super(where ? `${what} (${where})` : what, cause === undefined ? undefined : { cause });
    this.code = code;
    this.what = what;
    const { fix, line, column, failures = [] } = details;
    // What is not there is not shown either, where nobody catches the error.
    for (const [name, value] of Object.entries({ where, fix, line, column }))
      if (value !== undefined) Object.defineProperty(this, name, { value, enumerable: true });
    Object.defineProperty(this, 'failures', { value: failures, enumerable: failures.length > 0 });
    this.exitCode = details.exitCode ?? exitCodes[code];
  }
}

/**
 * The error with another exit code, where sops has another one for the same failure in some place.
 *
 * @param from the exit codes or the code that are replaced; everything else stays as it is
 */
export function withExitCode(error: unknown, from: number | SopsErrorCode, exitCode: number): unknown {
  if (!(error instanceof SopsError) || (from !== error.exitCode && from !== error.code)) return error;
  const { what, where, fix, line, column, failures, cause } = error;
  return new SopsError(error.code, { what, where, fix, line, column, failures, exitCode, cause });
}

/** Codes of errors that the content of a file has, or its recipients: they name the file. */
const aboutContent: ReadonlySet<SopsErrorCode> = new Set([
  'syntax',
  'notEncrypted',
  'empty',
  'badMetadata',
  'badRegex',
  'badRecipient',
  'pathNotFound',
  'badTreePath',
  'unserializable',
  'treeEncryption',
  'treeDecryption',
  'macMismatch',
  'alreadyEncrypted',
  'noDataKey',
  'noIdentity',
  'badCredentials',
  'accessDenied',
  'keyNotFound',
  'keyUnusable',
  'badWrappedKey',
  'recipientUnreachable',
  'throttled',
  'missingDependency',
  'unsupportedRecipient',
  'recipientFailed',
] as const);

/** The error with the file that it is about in front of its place. */
export function inFile(error: unknown, file: string): unknown {
  if (!(error instanceof SopsError) || !aboutContent.has(error.code)) return error;
  if (error.where?.includes(file)) return error;
  const { what, where, fix, line, column, failures, exitCode, cause } = error;
  const place = [file, where].filter(Boolean).join(', ');
  return new SopsError(error.code, { what, where: place, fix, line, column, failures, exitCode, cause });
}

/** Runs a step with the content of a file: its errors name the file. */
export async function withFileName<T>(file: string | undefined, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw file === undefined ? error : inFile(error, file);
  }
}
