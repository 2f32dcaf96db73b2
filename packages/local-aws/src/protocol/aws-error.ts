/**
 * An answer of AWS that is an error: the code clients test for, AWS's message (some errors of AWS have none) and
 * the HTTP status.
 */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message = '', status = 400) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = status;
  }
}

/** The answer to a body that is not what the operation's JSON should be: wrong types, broken UTF-8. */
export function serializationError(message: string): AwsError {
  return new AwsError('SerializationException', message);
}

/** The answer to one broken constraint that AWS checks by hand and not by its model. */
export function validationError(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
