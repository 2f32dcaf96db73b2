import { authorize, authorizeAny } from '../operation/authorize';
import type { ContextEntries } from '../iam/request-context';
import { findKey } from '../kms/key-reference';
import { AwsError } from '../protocol/aws-error';
import { type Call, operation, type Operation } from '../operation/operation';
import type { StructureReader } from '../protocol/readers';
import { regionalArn } from '../arn';
import type { Secret, Tag } from '../store/model';
import { lookUp } from './find';
import { parseSecretId, withoutSuffix } from './names';

/**
 * An operation on one secret: it runs in the account that has the secret, after the secret's policy and the caller's
 * allow it. `context` gives the condition keys of the operation's own.
 */
export function secretOperation<T extends { readonly SecretId: string }>(
  reader: StructureReader<T>,
  run: (input: T, call: Call) => object,
  context: (input: T, call: Call) => ContextEntries = () => [],
): Operation {
  return operation(reader, (input, call) => {
    const there = atOwner(call, input.SecretId);
    authorizeSecret(there, input.SecretId, context(input, there));
    return run(input, there);
  });
}

/** An operation on no secret in particular, with an action of its own. */
export function accountOperation<T>(
  reader: StructureReader<T>,
  run: (input: T, call: Call) => object,
): Operation {
  return operation(reader, (input, call) => {
    authorizeAny(call);
    return run(input, call);
  });
}

/**
 * Throws AwsError AccessDeniedException where the caller may not do the action to a secret: also to one that does not
 * exist, so that nobody learns from the answer whether it does.
 */
export function authorizeSecret(call: Call, id: string, context: ContextEntries, action?: string): void {
  if (call.caller.identity === undefined) return;
  const secret = lookUp(call, id);
  authorize(call, {
    ...(action === undefined ? {} : { action }),
    resource: secret?.arn ?? missingArn(call, id),
    named: id,
    resourceAccount: call.store.account,
    policy: { text: secret?.resourcePolicy, accountCounts: 'always' },
    context: [
      ['secretsmanager:SecretId', secret?.arn ?? id],
      ...(secret === undefined ? [] : secretKeys(call, secret)),
      ...context,
    ],
  });
}

/** Throws AwsError AccessDeniedException where the caller may not make a secret, with its tags and replicas. */
export function authorizeCreation(
  call: Call,
  secret: Secret,
  request: { readonly replicaRegions: readonly string[]; readonly force: boolean },
): void {
  const about: ContextEntries = [
    ['secretsmanager:Name', secret.name],
    ['secretsmanager:Description', secret.description],
    ...keyKeys(call, secret.kmsKeyId),
    ...tagKeys(secret.tags),
    ...resourceTags(secret.tags),
    ...replicaKeys(request.replicaRegions, request.force),
  ];
  const ask = {
    resource: secret.arn,
    named: secret.name,
    resourceAccount: call.store.account,
    context: about,
  };
  authorize(call, ask);
  if (secret.tags.length > 0) authorize(call, { ...ask, action: 'secretsmanager:TagResource' });
  if (request.replicaRegions.length > 0) {
    authorize(call, { ...ask, action: 'secretsmanager:ReplicateSecretToRegions' });
  }
}

/** The condition keys of requests that set tags. */
export function tagKeys(tags: readonly Tag[]): ContextEntries {
  if (tags.length === 0) return [];
  return [
    ['aws:TagKeys', tags.map(({ key }) => key)],
    ...tags.map(({ key, value }) => [`aws:RequestTag/${key}`, value] as const),
  ];
}

/** The condition keys of requests that make replicas. */
export function replicaKeys(regions: readonly string[], force: boolean): ContextEntries {
  return [
    ['secretsmanager:AddReplicaRegions', regions.length === 0 ? undefined : regions],
    ['secretsmanager:ForceOverwriteReplicaSecret', String(force)],
  ];
}

/** The condition keys of requests that choose a KMS key: as it was written, and its ARN. */
export function keyKeys(call: Call, kmsKeyId: string | undefined): ContextEntries {
  if (kmsKeyId === undefined || kmsKeyId === '') return [];
  return [
    ['secretsmanager:KmsKeyId', kmsKeyId],
    ['secretsmanager:KmsKeyArn', keyArn(call, kmsKeyId)],
  ];
}

function keyArn(call: Call, kmsKeyId: string): string | undefined {
  try {
    return findKey(call, kmsKeyId).arn;
  } catch (error) {
    // The operation itself reports a key that does not exist.
    if (error instanceof AwsError) return undefined;
    throw error;
  }
}

/** The call as it is in the account that an ARN names. Without policies, nothing is shared between accounts. */
function atOwner(call: Call, id: string): Call {
  const reference = parseSecretId(id);
  if (reference.kind === 'name' || call.caller.identity === undefined) return call;
  if (reference.account === call.store.account || reference.region !== call.store.region) return call;
  const store = call.accounts
    .regions()
    .find(({ account, region }) => account === reference.account && region === reference.region);
  return store === undefined ? call : { ...call, store };
}

function secretKeys(call: Call, secret: Secret): ContextEntries {
  return [
    ['secretsmanager:SecretPrimaryRegion', secret.primaryRegion ?? call.store.region],
    ['secretsmanager:resource/AllowRotationLambdaArn', secret.rotation?.lambdaArn],
    ...resourceTags(secret.tags),
  ];
}

function resourceTags(tags: readonly Tag[]): ContextEntries {
  return tags.flatMap(({ key, value }) => [
    [`aws:ResourceTag/${key}`, value] as const,
    [`secretsmanager:ResourceTag/${key}`, value] as const,
  ]);
}

/** What the ARN of a secret would be if it existed: any six characters where its suffix is not known. */
function missingArn(call: Call, id: string): string {
  const reference = parseSecretId(id);
  const tail = reference.kind === 'name' ? reference.name : reference.tail;
  if (reference.kind === 'arn' && withoutSuffix(tail) !== undefined) return id;
  return regionalArn('secretsmanager', call.store, `secret:${tail}-000000`);
}
