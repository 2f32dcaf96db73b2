import {
  flag,
  integer,
  list,
  number,
  oneOf,
  optional,
  type Reader,
  structure,
  text,
} from '../protocol/readers';
import type { KeyAlias, KmsKey, Secret, SecretVersion, Session, Tag } from './model';
import type { Universe } from './universe';

const format = 'local-aws';
const version = 1;

/** The whole universe as JSON; secret values stay encrypted under their KMS keys, as they are in memory. */
export function takeSnapshot(universe: Universe): string {
  return JSON.stringify({
    format,
    version,
    worlds: universe.worlds().map((world) => ({
      account: world.account,
      region: world.region,
      keys: world.keys.all(),
      aliases: world.aliases.all(),
      secrets: world.secrets.all(),
    })),
    // Without their secrets: a session that is to be verified does not outlive the program.
    sessions: universe.sessions
      .all()
      .map((each): Session => ({ ...each, secretAccessKey: undefined, sessionToken: undefined })),
  });
}

/**
 * Puts a snapshot's records into an empty universe.
 * @throws SyntaxError, ConstraintError or AwsError (SerializationException) for anything else than a whole snapshot
 */
export function restoreSnapshot(json: string, universe: Universe): void {
  const snapshot = snapshotForm(JSON.parse(json), '');
  for (const { account, region, ...records } of snapshot.worlds) {
    const world = universe.world(account, region);
    for (const key of records.keys) world.keys.put(key.id, key);
    for (const alias of records.aliases) world.aliases.put(alias.name, alias);
    for (const secret of records.secrets) world.secrets.put(secret.name, secret);
  }
  for (const session of snapshot.sessions) universe.sessions.put(session.accessKeyId, session);
}

const tag: Reader<Tag> = structure({ key: text(), value: text() });

const key: Reader<KmsKey> = structure({
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
  tags: list(tag),
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

const alias: Reader<KeyAlias> = structure({
  name: text(),
  targetKeyId: text(),
  createdAt: number,
  updatedAt: number,
});

const secretVersion: Reader<SecretVersion> = structure({
  id: text(),
  createdAt: number,
  lastAccessedAt: optional(number),
  stages: list(text()),
  kmsKeyId: text(),
  value: structure({
    kind: oneOf('string', 'binary'),
    dataKey: text({ sensitive: true }),
    sealed: text({ sensitive: true }),
  }),
});

const secret: Reader<Secret> = structure({
  name: text(),
  arn: text(),
  description: optional(text()),
  kmsKeyId: optional(text()),
  createdAt: number,
  changedAt: number,
  lastAccessedAt: optional(number),
  deletionAt: optional(number),
  deletedAt: optional(number),
  tags: list(tag),
  versions: list(secretVersion),
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

const session: Reader<Session> = structure({
  accessKeyId: text(),
  account: text(),
  arn: text(),
  userId: text(),
  expiresAt: number,
  roleArn: optional(text()),
  secretAccessKey: optional(text({ sensitive: true })),
  sessionToken: optional(text({ sensitive: true })),
  policy: optional(text()),
});

const snapshotForm = structure({
  format: oneOf(format),
  version: integer({ min: version, max: version }),
  worlds: list(
    structure({
      account: text({ pattern: /^\d{12}$/ }),
      region: text(),
      keys: list(key),
      aliases: list(alias),
      secrets: list(secret),
    }),
  ),
  sessions: list(session),
});
