import { AwsError } from '../protocol/aws-error';
import type { Call } from '../protocol/operation';
import { type Arn, parseArn, regionalArn } from '../world/arn';
import type { KmsKey } from '../world/model';
import { notAuthorized } from '../world/refusals';
import { removeIfDue } from './expiry';

const keyIdForm = /^(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|mrk-[0-9a-f]{32})$/;

/**
 * The key that a key id, key ARN, alias name or alias ARN names, in whatever state it is.
 * @throws AwsError NotFoundException, InvalidArnException, or AccessDeniedException for another account's ARN
 */
export function keyByReference(call: Call, reference: string): KmsKey {
  const name = localName(call, reference);
  return name.startsWith('alias/') ? keyByAlias(call, name) : keyByName(call, name, reference);
}

/** The key that a key id or key ARN names: most operations on keys accept no alias. Throws as `keyByReference`. */
export function keyById(call: Call, reference: string): KmsKey {
  const name = localName(call, reference);
  if (name.startsWith('alias/')) throw invalidKeyId(reference);
  return keyByName(call, name, reference);
}

/** A key that customers may change: AWS's own keys belong to the service that uses them. Throws as `keyById`. */
export function customerKeyById(call: Call, reference: string): KmsKey {
  const key = keyById(call, reference);
  if (key.manager === 'AWS') throw notAuthorized(call, key.arn);
  return key;
}

/**
 * The same key if it can encrypt and decrypt now.
 * @throws AwsError DisabledException, KMSInvalidStateException
 */
export function usable(key: KmsKey): KmsKey {
  if (key.state === 'Disabled') throw new AwsError('DisabledException', `${key.arn} is disabled.`);
  return notPendingDeletion(key);
}

/** The same key unless it is scheduled for deletion. Throws AwsError KMSInvalidStateException. */
export function notPendingDeletion(key: KmsKey): KmsKey {
  if (isPendingDeletion(key)) {
    throw new AwsError('KMSInvalidStateException', `${key.arn} is pending deletion.`);
  }
  return key;
}

/** Whether a key is scheduled for deletion, or will be once its replicas are gone. */
export function isPendingDeletion({ state }: KmsKey): boolean {
  return state === 'PendingDeletion' || state === 'PendingReplicaDeletion';
}

/** The answer to an alias that does not exist. */
export function aliasNotFound(call: Call, name: string): AwsError {
  return new AwsError('NotFoundException', `Alias ${regionalArn('kms', call.world, name)} is not found.`);
}

function keyByAlias(call: Call, name: string): KmsKey {
  const alias = call.world.aliases.get(name);
  const key = alias && removeIfDue(call, call.world.keys.get(alias.targetKeyId));
  if (key === undefined) throw aliasNotFound(call, name);
  return key;
}

function keyByName(call: Call, id: string, reference: string): KmsKey {
  const key = removeIfDue(call, call.world.keys.get(id));
  if (key !== undefined) return key;
  if (!keyIdForm.test(id)) throw invalidKeyId(reference);
  throw new AwsError(
    'NotFoundException',
    `Key '${regionalArn('kms', call.world, `key/${id}`)}' does not exist`,
  );
}

/** The id or alias name (with `alias/`) behind a reference, once its ARN is known to point into this world. */
function localName(call: Call, reference: string): string {
  if (!reference.startsWith('arn:')) return reference;
  const arn = parseArn(reference);
  if (arn === undefined || arn.service !== 'kms') {
    throw new AwsError('InvalidArnException', `Invalid ARN ${reference}`);
  }
  if (arn.region !== call.world.region) throw new AwsError('NotFoundException', `Invalid arn ${arn.region}`);
  if (arn.account !== call.world.account) throw notAuthorized(call, reference);
  return resourceName(arn, reference);
}

function resourceName(arn: Arn, reference: string): string {
  if (arn.resource.startsWith('key/')) return arn.resource.slice('key/'.length);
  if (arn.resource.startsWith('alias/')) return arn.resource;
  throw new AwsError('InvalidArnException', `Invalid ARN ${reference}`);
}

function invalidKeyId(reference: string): AwsError {
  return new AwsError('NotFoundException', `Invalid keyId '${reference}'`);
}
