import { flag, list, number, oneOf, optional, type Reader, structure, text } from '../protocol/readers';
import type {
  EncryptedValue,
  KeyAlias,
  KmsKey,
  Parameter,
  Secret,
  SecretVersion,
  Session,
  Tag,
} from '../store/model';

/** How records are read back from the data file and its journal: every member is checked. */

const tag: Reader<Tag> = structure({ key: text(), value: text() });
const tags: Reader<readonly Tag[]> = list(tag);

/** A KMS key with its material. */
export const keyRecord: Reader<KmsKey> = structure({
  id: text(),
  arn: text(),
  description: text(),
  createdAt: number,
  state: oneOf('Enabled', 'Disabled', 'PendingDeletion', 'PendingReplicaDeletion'),
  deletionAt: optional(number),
  deletionWindowInDays: optional(number),
  manager: oneOf('CUSTOMER', 'AWS'),
  multiRegion: flag,
  primaryRegion: optional(text()),
  policy: text(),
  tags,
  materials: list(
    structure({
      id: text({ pattern: /^[0-9a-f]{64}$/ }),
      secret: text({ min: 44, max: 44, sensitive: true }),
      createdAt: number,
      origin: oneOf('CREATED', 'ON_DEMAND'),
    }),
    { min: 1 },
  ),
  rotation: optional(structure({ periodInDays: number, enabledAt: number })),
});

/** An alias of a KMS key. */
export const aliasRecord: Reader<KeyAlias> = structure({
  name: text(),
  targetKeyId: text(),
  createdAt: number,
  updatedAt: number,
});

const encryptedValueForm = structure({
  kind: oneOf('string', 'binary'),
  dataKey: text({ sensitive: true }),
  encrypted: optional(text({ sensitive: true })),
  /** What earlier versions called it. */
  sealed: optional(text({ sensitive: true })),
});

const encryptedValue: Reader<EncryptedValue> = (value, path) => {
  const { kind, dataKey, encrypted, sealed } = encryptedValueForm(value, path);
  return { kind, dataKey, encrypted: text({ sensitive: true })(encrypted ?? sealed, `${path}.encrypted`) };
};

/** A secret whose versions have their values as `value` reads them. */
const secretWith = <V>(value: Reader<V>) =>
  structure({
    name: text(),
    arn: text(),
    description: optional(text()),
    kmsKeyId: optional(text()),
    createdAt: number,
    changedAt: number,
    lastAccessedAt: optional(number),
    deletionAt: optional(number),
    deletedAt: optional(number),
    tags,
    versions: list(
      structure({
        id: text(),
        createdAt: number,
        lastAccessedAt: optional(number),
        stages: list(text()),
        kmsKeyId: text(),
        value,
      }),
    ),
    resourcePolicy: optional(text()),
    rotation: optional(
      structure({
        enabled: flag,
        lambdaArn: optional(text()),
        rules: optional(
          structure({
            automaticallyAfterDays: optional(number),
            duration: optional(text()),
            scheduleExpression: optional(text()),
          }),
        ),
        lastRotatedAt: optional(number),
      }),
    ),
    primaryRegion: optional(text()),
    replicas: list(
      structure({
        region: text(),
        kmsKeyId: optional(text()),
        status: oneOf('InSync', 'Failed'),
        statusMessage: optional(text()),
      }),
    ),
  });

/** A secret with all its values. */
export const secretRecord: Reader<Secret> = secretWith(encryptedValue);

/** A secret as the journal has it: a version whose value has not changed comes without it. */
export interface JournaledSecret extends Omit<Secret, 'versions'> {
  readonly versions: readonly (Omit<SecretVersion, 'value'> & {
    readonly value: EncryptedValue | undefined;
  })[];
}

/** A secret of the journal. */
export const journaledSecretRecord: Reader<JournaledSecret> = secretWith(optional(encryptedValue));

/** A parameter of SSM with all its values. */
export const parameterRecord: Reader<Parameter> = structure({
  name: text(),
  arn: text(),
  tier: oneOf('Standard', 'Advanced'),
  description: optional(text()),
  tags,
  versions: list(
    structure({
      number,
      type: oneOf('String', 'StringList', 'SecureString'),
      value: text({ sensitive: true }),
      dataKey: optional(text({ sensitive: true })),
      keyId: optional(text()),
      modifiedAt: number,
      modifiedBy: text(),
    }),
    { min: 1 },
  ),
});

/** Credentials of STS, without their secrets. */
export const sessionRecord: Reader<Session> = structure({
  accessKeyId: text(),
  account: text(),
  arn: text(),
  userId: text(),
  expiresAt: number,
  roleArn: optional(text()),
  secretAccessKey: optional(text({ sensitive: true })),
  sessionToken: optional(text({ sensitive: true })),
  policy: optional(text()),
  issuedAt: optional(number),
  sourceIdentity: optional(text()),
  tags: orEmpty(tags),
  transitiveTagKeys: orEmpty(list(text())),
  federatedProvider: optional(text()),
});

/** A list that records of earlier versions lack. */
function orEmpty<T>(reader: Reader<readonly T[]>): Reader<readonly T[]> {
  return (value, path) => optional(reader)(value, path) ?? [];
}
