import { randomBytes, randomUUID } from 'node:crypto';
import { seconds } from '../protocol/operation';
import { partitionOf, regionalArn } from '../world/arn';
import type { KeyMaterial, KmsKey } from '../world/model';
import type { World } from '../world/universe';
import type { Call } from '../protocol/operation';
import { currentMaterial } from './cipher';
import { defaultKeyPolicy } from './key-policy';
import { multiRegionConfiguration } from './multi-region';

type Choices = Partial<Pick<KmsKey, 'description' | 'manager' | 'multiRegion' | 'policy' | 'tags'>>;

/** A new, enabled key with material of its own; it is not yet in the world. */
export function newKey(world: World, now: number, choices: Choices = {}): KmsKey {
  const { multiRegion = false } = choices;
  const uuid = randomUUID();
  const id = multiRegion ? `mrk-${uuid.replaceAll('-', '')}` : uuid;
  return {
    id,
    arn: regionalArn('kms', world, `key/${id}`),
    description: choices.description ?? '',
    createdAt: now,
    state: 'Enabled',
    deletionAt: undefined,
    deletionWindowInDays: undefined,
    manager: choices.manager ?? 'CUSTOMER',
    multiRegion,
    primaryRegion: undefined,
    policy: choices.policy ?? defaultKeyPolicy(world.account, partitionOf(world.region)),
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
    AWSAccountId: call.world.account,
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
