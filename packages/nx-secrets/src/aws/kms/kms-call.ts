import type * as Sdk from '@aws-sdk/client-kms';
import { ProblemError } from '../../problem';
import { awsErrorName, awsProblem, isLockout } from '../aws-problem';
import type { Clients } from '../clients';
import { generateHere } from '../../config/commands';

/** One call of KMS, for messages; the SDK is loaded with the first. */
export interface KmsCall<T> {
  /** As IAM names it, without `kms:`. */
  readonly operation: string;
  /** What it is about: an alias, a key id. */
  readonly resource: string;
  readonly send: (sdk: typeof Sdk, client: Sdk.KMSClient) => Promise<T>;
  /** AWS errors that are answers, by name. */
  readonly answers?: Readonly<Record<string, T>>;
}

/** Makes a call. @throws ProblemError for every error of AWS that is not an answer */
export async function callKms<T>(
  clients: Clients,
  { operation, resource, send, answers = {} }: KmsCall<T>,
): Promise<T> {
  try {
    return await send(await import('@aws-sdk/client-kms'), await clients.kms());
  } catch (error) {
    const name = awsErrorName(error);
    if (Object.hasOwn(answers, name)) return answers[name] as T;
    if (name === 'MalformedPolicyDocumentException') throw refusedPolicy(error, operation, resource);
    throw new ProblemError(awsProblem(error, { action: `kms:${operation}`, resource }));
  }
}

/** Source: KMS Developer Guide, "Default key policy": whoever sets a policy must be able to change it again. */
const refusedPolicy = (error: unknown, operation: string, resource: string) =>
  new ProblemError({
    ...awsProblem(error, { action: `kms:${operation}`, resource }),
    code: isLockout(error) ? 'policyLockout' : 'policyRefused',
    fix: `If nx.json sets "administrators", the provisioning role must be one of them. The desired key policy:\n${generateHere('policy', '--for=key')}`,
  });
