import { isUtf8 } from 'node:buffer';
import { kmsOperations } from '../kms';
import { AwsError, serializationError } from '../protocol/aws-error';
import type { Operation, Operations } from '../operation/operation';
import { secretsManagerOperations } from '../secrets-manager';
import { ssmOperations } from '../ssm';
import { stsOperations } from '../sts';
import { formInput } from './form-input';
import { jsonProtocol, type Protocol, queryProtocol } from './answer';

/** A service of the local AWS. */
export interface Service {
  /** As in credential scopes and IAM actions. */
  readonly name: 'kms' | 'secretsmanager' | 'ssm' | 'sts';
  readonly operations: Operations;
  readonly protocol: Protocol;
  /** The code of its answer to failures of its own. */
  readonly internalError: string;
}

/** Which operation of which service a request asks for, and how to read its input. */
export interface ServiceRequest {
  readonly service: Service;
  readonly operation: string;
  input(): unknown;
}

const kms: Service = {
  name: 'kms',
  operations: kmsOperations,
  protocol: jsonProtocol,
  internalError: 'KMSInternalException',
};
const secretsManager: Service = {
  name: 'secretsmanager',
  operations: secretsManagerOperations,
  protocol: jsonProtocol,
  internalError: 'InternalServiceError',
};
const ssm: Service = {
  name: 'ssm',
  operations: ssmOperations,
  protocol: jsonProtocol,
  internalError: 'InternalServerError',
};
const sts: Service = {
  name: 'sts',
  operations: stsOperations,
  protocol: queryProtocol,
  internalError: 'InternalFailureException',
};
const stsVersion = '2011-06-15';
const targets = new Map([
  ['TrentService', kms],
  ['secretsmanager', secretsManager],
  ['AmazonSSM', ssm],
]);

/** Routes by X-Amz-Target, else by the Action of the form body; `undefined` where neither names a service here. */
export function readServiceRequest(target: string | undefined, body: Buffer): ServiceRequest | undefined {
  if (target !== undefined) {
    const [prefix = '', operation = ''] = target.split('.');
    const service = targets.get(prefix);
    return service && { service, operation, input: () => jsonInput(body) };
  }
  const form = new URLSearchParams(body.toString('utf8'));
  const action = form.get('Action');
  // IAM and others speak this protocol, too, each in a version of its own.
  if (![null, stsVersion].includes(form.get('Version'))) return undefined;
  return action === null ? undefined : { service: sts, operation: action, input: () => formInput(form) };
}

/** The operation of a request. Throws AwsError UnknownOperationException. */
export function operationOf({ service, operation }: ServiceRequest): Operation {
  const found = Object.hasOwn(service.operations, operation) ? service.operations[operation] : undefined;
  if (found === undefined) {
    throw new AwsError(
      'UnknownOperationException',
      `local-aws has no operation ${service.name}:${operation}`,
    );
  }
  return found;
}

function jsonInput(body: Buffer): unknown {
  if (!isUtf8(body)) throw serializationError('The body is not UTF-8');
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw serializationError('The body is not JSON');
  }
}
