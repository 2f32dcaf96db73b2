import { AwsError } from '../protocol/aws-error';
import { type Call, DAY, operation, type Operations, seconds } from '../operation/operation';
import { integer, oneOf, optional, structure } from '../protocol/readers';
import type { KeyMaterial, KmsKey } from '../store/model';
import { newMaterial } from './key-record';
import { customerKeyById, isPendingDeletion, keyById, usable } from './key-reference';
import { keyId, limit, marker } from './members';
import { putWithReplicas, assertNotReplica } from './multi-region';
import { kmsPage } from './paging';
import type { KeyUse } from './permission';

const maximumOnDemandRotations = 25;
const byKey = structure({ KeyId: keyId });

export const rotationOperations: Operations = {
  EnableKeyRotation: operation(
    structure({ KeyId: keyId, RotationPeriodInDays: optional(integer({ min: 90, max: 2560 })) }),
    (input, call) => {
      const context = [['kms:RotationPeriodInDays', input.RotationPeriodInDays?.toString()]] as const;
      const key = rotatable(call, input.KeyId, { context });
      const periodInDays = input.RotationPeriodInDays ?? key.rotation?.periodInDays ?? 365;
      const unchanged = key.rotation?.periodInDays === periodInDays;
      if (!unchanged) putWithReplicas(call, key, { rotation: { periodInDays, enabledAt: call.now } });
      return {};
    },
  ),

  DisableKeyRotation: operation(byKey, (input, call) => {
    const key = rotatable(call, input.KeyId);
    putWithReplicas(call, key, { rotation: undefined });
    return {};
  }),

  GetKeyRotationStatus: operation(byKey, (input, call) => {
    const key = keyById(call, input.KeyId);
    if (key.rotation === undefined || isPendingDeletion(key)) {
      return { KeyId: key.arn, KeyRotationEnabled: false };
    }
    return {
      KeyId: key.arn,
      KeyRotationEnabled: true,
      RotationPeriodInDays: key.rotation.periodInDays,
      NextRotationDate: seconds(nextRotation(key.rotation.enabledAt, key.rotation.periodInDays, call.now)),
    };
  }),

  RotateKeyOnDemand: operation(byKey, (input, call) => {
    const key = rotatable(call, input.KeyId);
    if (key.materials.filter(({ origin }) => origin === 'ON_DEMAND').length >= maximumOnDemandRotations) {
      throw new AwsError(
        'LimitExceededException',
        `The on-demand rotations limit for ${key.arn} has been reached (${maximumOnDemandRotations}).`,
      );
    }
    const materials = [...key.materials, newMaterial(call.now, 'ON_DEMAND')];
    putWithReplicas(call, key, { materials });
    return { KeyId: key.arn };
  }),

  ListKeyRotations: operation(
    structure({
      KeyId: keyId,
      IncludeKeyMaterial: optional(oneOf('ALL_KEY_MATERIAL', 'ROTATIONS_ONLY')),
      Limit: limit,
      Marker: marker,
    }),
    (input, call) => listRotations(call, input),
  ),
};

/** A key whose rotation may be changed: enabled, and no replica, which rotates with its primary. Throws AwsError. */
function rotatable(call: Call, reference: string, use?: KeyUse): KmsKey {
  return assertNotReplica(usable(customerKeyById(call, reference, use)));
}

function listRotations(
  call: Call,
  input: {
    readonly KeyId: string;
    readonly IncludeKeyMaterial: 'ALL_KEY_MATERIAL' | 'ROTATIONS_ONLY' | undefined;
    readonly Limit: number | undefined;
    readonly Marker: string | undefined;
  },
): object {
  const key = keyById(call, input.KeyId);
  const numbered = key.materials.map((material, index) => ({
    material,
    place: String(index).padStart(6, '0'),
  }));
  const wanted = input.IncludeKeyMaterial === 'ALL_KEY_MATERIAL' ? numbered : numbered.slice(1);
  const { items, rest } = kmsPage(wanted, input.Limit ?? 100, input.Marker, ({ place }) => place);
  return { Rotations: items.map(({ material }) => rotationEntry(key, material)), ...rest };
}

function rotationEntry(key: KmsKey, material: KeyMaterial): object {
  const rotated = material.origin !== 'CREATED';
  return {
    KeyId: key.arn,
    KeyMaterialId: material.id,
    KeyMaterialState: material === key.materials.at(-1) ? 'CURRENT' : 'NON_CURRENT',
    RotationDate: rotated ? seconds(material.createdAt) : undefined,
    RotationType: rotated ? material.origin : undefined,
  };
}

function nextRotation(enabledAt: number, periodInDays: number, now: number): number {
  const period = periodInDays * DAY;
  return enabledAt + (Math.floor((now - enabledAt) / period) + 1) * period;
}
