import { randomUUID } from 'node:crypto';
import type { AwsError } from '../protocol/aws-error';
import { xmlElement } from './xml';

/** An HTTP answer, whole. */
export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly requestId: string;
  readonly body: string;
}

/** The protocol of a service: how it writes outputs and errors. */
export interface Protocol {
  success(operation: string, output: object): Answer;
  failure(error: AwsError): Answer;
}

/** AWS JSON 1.1: KMS, Secrets Manager and SSM. */
export const jsonProtocol: Protocol = {
  success: (_operation, output) => json(200, output),
  failure: (error) =>
    json(error.status, { __type: error.code, Message: error.message === '' ? undefined : error.message }),
};

/** AWS Query: STS, with its older names for the errors that all services have. */
export const queryProtocol: Protocol = {
  success: (operation, output) => {
    const requestId = randomUUID();
    const content = xmlElement(`${operation}Response`, {
      [`${operation}Result`]: output,
      ResponseMetadata: { RequestId: requestId },
    });
    return { status: 200, contentType: 'text/xml', requestId, body: content };
  },
  failure: (error) => {
    const requestId = randomUUID();
    const status = forbidden.has(error.code) ? 403 : error.status;
    const content = xmlElement('ErrorResponse', {
      Error: {
        Type: error.status >= 500 ? 'Receiver' : 'Sender',
        Code: queryCodes[error.code] ?? error.code,
        Message: error.message,
      },
      RequestId: requestId,
    });
    return { status, contentType: 'text/xml', requestId, body: content };
  },
};

const queryCodes: Readonly<Record<string, string>> = {
  ValidationException: 'ValidationError',
  MissingAuthenticationTokenException: 'MissingAuthenticationToken',
  IncompleteSignatureException: 'IncompleteSignature',
  InvalidSignatureException: 'SignatureDoesNotMatch',
  ThrottlingException: 'Throttling',
  InternalFailureException: 'InternalFailure',
  UnknownOperationException: 'InvalidAction',
  ExpiredTokenException: 'ExpiredToken',
  AccessDeniedException: 'AccessDenied',
  UnrecognizedClientException: 'InvalidClientTokenId',
  MalformedPolicyDocumentException: 'MalformedPolicyDocument',
};

/** What the JSON services answer with 400, and STS with 403. */
const forbidden: ReadonlySet<string> = new Set([
  'AccessDeniedException',
  'InvalidSignatureException',
  'UnrecognizedClientException',
]);

function json(status: number, output: object): Answer {
  return {
    status,
    contentType: 'application/x-amz-json-1.1',
    requestId: randomUUID(),
    body: JSON.stringify(output),
  };
}
