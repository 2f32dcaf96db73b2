import { AwsError } from '../protocol/aws-error';
import type { Call } from '../operation/operation';
import { type Arn, parseArn, regionalArn } from '../arn';
import type { KmsKey } from '../store/model';
import { notAuthorized } from '../operation/not-authorized';
import { expire } from './expiry';
import { authorizeKey, type KeyUse } from './permission';

const keyIdForm = /^(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|mrk-[0-9a-f]{32})$/;

/**
 * The key that a key id, key ARN, alias name or alias ARN names, in whatever state it is, for a use that is allowed.
 * Where policies are evaluated, it may be another account's.
 * @throws AwsError NotFoundException, InvalidArnException, AccessDeniedException
 */
export function keyByReference(call: Call, reference: string, use: KeyUse = {}): KmsKey {
  const key = findKey(call, reference);
  authorizeKey(call, key, { ...use, alias: aliasIn(reference) });
  return key;
}

/** The key that a key id or key ARN names: most operations on keys accept no alias. Throws as `keyByReference`. */
export function keyById(call: Call, reference: string, use: KeyUse = {}): KmsKey {
  const key = findKeyById(call, reference);
  authorizeKey(call, key, use);
  return key;
}

/** A key that customers may change: AWS's own keys belong to the service that uses them. Throws as `keyById`. */
export function customerKeyById(call: Call, reference: string, use: KeyUse = {}): KmsKey {
  const key = keyById(call, reference, use);
  if (key.manager === 'AWS') throw notAuthorized(call, key.arn);
  return key;
}

/** As `keyByReference`, before anybody is asked whether the key may be used. */
export function findKey(call: Call, reference: string): KmsKey {
  const { there, name } = locateKey(call, reference);
  return name.startsWith('alias/') ? keyByAlias(there, name) : keyByName(there, name, reference);
}

/** As `keyById`, before anybody is asked whether the key may be used. */
export function findKeyById(call: Call, reference: string): KmsKey {
  const { there, name } = locateKey(call, reference);
  if (there.store.account !== call.store.account) throw notAuthorized(call, reference);
  if (name.startsWith('alias/')) throw invalidKeyId(reference);
  return keyByName(there, name, reference);
}

/** The key of an id that a ciphertext has: the caller's own, or where policies are evaluated another account's. */
export function findCiphertextKey(call: Call, id: string): KmsKey | undefined {
  const own = expire(call, call.store.keys.get(id));
  if (own !== undefined || call.directory === undefined) return own;
  return call.accounts
    .regions()
    .filter((store) => store.region === call.store.region)
    .map((store) => expire({ ...call, store }, store.keys.get(id)))
    .find((key) => key !== undefined);
}

/** The call as it is in the account that a key belongs to. */
export function atOwner(call: Call, key: KmsKey): Call {
  const { account = call.store.account } = parseArn(key.arn) ?? {};
  return { ...call, store: call.accounts.region(account, call.store.region) };
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
  return new AwsError('NotFoundException', `Alias ${regionalArn('kms', call.store, name)} is not found.`);
}

function keyByAlias(call: Call, name: string): KmsKey {
  const alias = call.store.aliases.get(name);
  const key = alias && expire(call, call.store.keys.get(alias.targetKeyId));
  if (key === undefined) throw aliasNotFound(call, name);
  return key;
}

function keyByName(call: Call, id: string, reference: string): KmsKey {
  const key = expire(call, call.store.keys.get(id));
  if (key !== undefined) return key;
  if (!keyIdForm.test(id)) throw invalidKeyId(reference);
  throw new AwsError(
    'NotFoundException',
    `Key '${regionalArn('kms', call.store, `key/${id}`)}' does not exist`,
  );
}

/** Where a reference points: the id or alias name (with `alias/`), and the call as it is in the key's own account. */
function locateKey(call: Call, reference: string): { readonly there: Call; readonly name: string } {
  if (!reference.startsWith('arn:')) return { there: call, name: reference };
  const arn = parseArn(reference);
  if (arn === undefined || arn.service !== 'kms') {
    throw new AwsError('InvalidArnException', `Invalid ARN ${reference}`);
  }
  if (arn.region !== call.store.region) throw new AwsError('NotFoundException', `Invalid arn ${arn.region}`);
  const name = resourceName(arn, reference);
  if (arn.account === call.store.account) return { there: call, name };
  const store = call.accounts
    .regions()
    .find((item) => item.account === arn.account && item.region === arn.region);
  // Whether another account has the key is nobody's business who may not use it.
  const hasKey = store !== undefined && (store.keys.get(name) ?? store.aliases.get(name)) !== undefined;
  if (call.directory === undefined || !hasKey) throw notAuthorized(call, reference);
  return { there: { ...call, store }, name };
}

function aliasIn(reference: string): string | undefined {
  const name = parseArn(reference)?.resource ?? reference;
  return name.startsWith('alias/') ? name : undefined;
}

function resourceName(arn: Arn, reference: string): string {
  if (arn.resource.startsWith('key/')) return arn.resource.slice('key/'.length);
  if (arn.resource.startsWith('alias/')) return arn.resource;
  throw new AwsError('InvalidArnException', `Invalid ARN ${reference}`);
}

function invalidKeyId(reference: string): AwsError {
  return new AwsError('NotFoundException', `Invalid keyId '${reference}'`);
}
