import { randomBytes, randomUUID } from 'node:crypto';
import { seconds } from '../operation/operation';
import { partitionOf, regionalArn } from '../arn';
import type { KeyMaterial, KmsKey } from '../store/model';
import type { RegionStore } from '../store/account-store';
import type { Call } from '../operation/operation';
import { currentMaterial } from './cipher';
import { defaultKeyPolicy } from './key-policy';
import { multiRegionConfiguration } from './multi-region';

type Choices = Partial<Pick<KmsKey, 'description' | 'manager' | 'multiRegion' | 'policy' | 'tags'>>;

/** A new, enabled key with material of its own; it is not yet in the store. */
export function newKey(store: RegionStore, now: number, choices: Choices = {}): KmsKey {
  const { multiRegion = false } = choices;
  const uuid = randomUUID();
  const id = multiRegion ? `mrk-${uuid.replaceAll('-', '')}` : uuid;
  return {
    id,
    arn: regionalArn('kms', store, `key/${id}`),
    description: choices.description ?? '',
    createdAt: now,
    state: 'Enabled',
    deletionAt: undefined,
    deletionWindowInDays: undefined,
    manager: choices.manager ?? 'CUSTOMER',
    multiRegion,
    primaryRegion: undefined,
    policy: choices.policy ?? defaultKeyPolicy(store.account, partitionOf(store.region)),
    tags: choices.tags ?? [],
    materials: [newMaterial(now, 'CREATED')],
    rotation: undefined,
  };
}

/** A new generation of key material. */
export function newMaterial(now: number, origin: KeyMaterial['origin']): KeyMaterial {
  return {
    id: randomBytes(32).toString('hex'),
    secret: randomBytes(32).toString('base64'),
    createdAt: now,
    origin,
  };
}

/** The KeyMetadata that CreateKey and DescribeKey answer with. */
export function keyMetadata(call: Call, key: KmsKey): object {
  return {
    AWSAccountId: call.store.account,
    KeyId: key.id,
    Arn: key.arn,
    CreationDate: seconds(key.createdAt),
    Enabled: key.state === 'Enabled',
    Description: key.description,
    KeyUsage: 'ENCRYPT_DECRYPT',
    KeyState: key.state,
    DeletionDate: seconds(key.deletionAt),
    Origin: 'AWS_KMS',
    KeyManager: key.manager,
    CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT',
    KeySpec: 'SYMMETRIC_DEFAULT',
    EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
    MultiRegion: key.multiRegion,
    MultiRegionConfiguration: key.multiRegion ? multiRegionConfiguration(call, key) : undefined,
    PendingDeletionWindowInDays: key.deletionWindowInDays,
    CurrentKeyMaterialId: currentMaterial(key).id,
  };
}
