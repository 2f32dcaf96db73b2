import type { SecretListEntry } from '@aws-sdk/client-secrets-manager';
import { ProblemError, type Problem } from '../../problem';
import { notAws, refuseOtherAnswer } from '../answer';
import { awsErrorName, awsProblem } from '../aws-problem';
import type { Clients } from '../clients';
import type { SecretValue } from './secrets';

/** A secret that values may be imported from, as ListSecrets tells it. */
export interface SourceSecret {
  readonly name: string;
  readonly arn: string;
  /** Why its value cannot or should not be taken. */
  readonly leftOut?: string;
  /** What there is to know of it. */
  readonly note?: string;
}

/**
 * All secrets of a region whose names begin with a prefix, whoever made them.
 *
 * @throws ProblemError where AWS refuses to list them
 */
export async function listSourceSecrets(
  clients: Clients,
  region: string,
  prefix: string,
): Promise<readonly SourceSecret[]> {
  const { paginateListSecrets } = await import('@aws-sdk/client-secrets-manager');
  const found: SourceSecret[] = [];
  try {
    const pages = paginateListSecrets(
      { client: await clients.secretsManager(), pageSize: 100 },
      {
        IncludePlannedDeletion: true,
        ...(prefix === '' ? {} : { Filters: [{ Key: 'name', Values: [prefix] }] }),
      },
    );
    for await (const { SecretList } of pages)
      found.push(...(SecretList ?? []).map((entry) => sourceSecret(entry, region)));
  } catch (error) {
    throw problem(error, 'ListSecrets', prefix === '' ? region : `${prefix}…, ${region}`);
  }
  return found.filter(({ name }) => name.startsWith(prefix));
}

function sourceSecret(entry: SecretListEntry, region: string): SourceSecret {
  const { Name: name = '', ARN: arn = '' } = entry;
  const leftOut = whyNot(entry, region, name);
  return {
    name,
    arn,
    ...(leftOut === undefined ? {} : { leftOut }),
    ...(entry.RotationEnabled === true
      ? {
          note: `AWS rotates ${name}: what is imported is out of date after the next rotation, unless it ends`,
        }
      : {}),
  };
}

const restoreCommand = (name: string, region: string): string =>
  `aws secretsmanager restore-secret --region ${region} --secret-id ${name}`;

function whyNot(entry: SecretListEntry, region: string, name: string): string | undefined {
  const { DeletedDate, PrimaryRegion, OwningService } = entry;
  if (DeletedDate !== undefined)
    return `it is scheduled for deletion; to restore it: ${restoreCommand(name, region)}`;
  if (OwningService !== undefined) return `it belongs to the AWS service ${OwningService}`;
  if (PrimaryRegion !== undefined && PrimaryRegion !== region)
    return `it is a replica; the secret itself is in ${PrimaryRegion} (--region=${PrimaryRegion})`;
  return undefined;
}

/**
 * The current value of a secret; no version and no label is touched.
 *
 * @param id name or ARN
 * @throws ProblemError where there is none, or AWS does not give it
 */
export async function readSourceSecret(
  clients: Clients,
  region: string,
  id: string,
): Promise<{ readonly name: string; readonly value: SecretValue }> {
  const { GetSecretValueCommand } = await import('@aws-sdk/client-secrets-manager');
  const where = `secretsmanager:GetSecretValue, ${id}, ${region}`;
  try {
    const client = await clients.secretsManager();
    const answer = await client.send(new GetSecretValueCommand({ SecretId: id }));
    const { Name: name = '', SecretString: text, SecretBinary: bytes } = answer;
    refuseOtherAnswer(answer, 'GetSecretValue', { secretName: id.startsWith('arn:') ? name : id });
    if (typeof text === 'string') return { name, value: { kind: 'string', text } };
    if (bytes instanceof Uint8Array) return { name, value: { kind: 'binary', bytes } };
    throw new ProblemError(notAws('it has no value', where));
  } catch (error) {
    const name = awsErrorName(error);
    if (name === 'ResourceNotFoundException') throw new ProblemError(notFound(id, region, where));
    if (name === 'InvalidRequestException') throw new ProblemError(deleted(id, region, where));
    throw problem(error, 'GetSecretValue', id);
  }
}

const notFound = (id: string, region: string, where: string): Problem => ({
  code: 'sourceNotFound',
  what: `there is no secret ${id} with a value in ${region}`,
  where,
  fix: `Pass its name as AWS lists it, or --region for another region:\naws secretsmanager list-secrets --region ${region} --query "SecretList[].Name"`,
});

const deleted = (id: string, region: string, where: string): Problem => ({
  code: 'secretDeletionScheduled',
  what: `the secret ${id} is scheduled for deletion, so nobody can read it`,
  where,
  fix: `Restore it, then run this again:\n${restoreCommand(id, region)}`,
});

const problem = (error: unknown, operation: string, resource: string) =>
  error instanceof ProblemError
    ? error
    : new ProblemError(awsProblem(error, { action: `secretsmanager:${operation}`, resource }));
