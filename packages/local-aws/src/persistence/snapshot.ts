import { integer, list, oneOf, optional, structure, text } from '../protocol/readers';
import type { Session } from '../world/model';
import type { Universe } from '../world/universe';
import { aliasRecord, keyRecord, secretRecord, sessionRecord } from './record-readers';

const format = 'local-aws';
const version = 1;

/**
 * The whole state as JSON; secret values stay encrypted under their KMS keys, as they are in memory.
 * @param id names this snapshot: the journal that continues it refers to it
 */
export function takeSnapshot(universe: Universe, id: string): string {
  return JSON.stringify({
    format,
    version,
    id,
    worlds: universe
      .worlds()
      .map((world) => ({
        account: world.account,
        region: world.region,
        keys: world.keys.all(),
        aliases: world.aliases.all(),
        secrets: world.secrets.all(),
      }))
      .filter(({ keys, aliases, secrets }) => keys.length + aliases.length + secrets.length > 0),
    sessions: universe.sessions.all().map(withoutSecrets),
  });
}

/**
 * Puts a snapshot's records into an empty store.
 * @returns the snapshot's id; `undefined` for one of a version that had none
 * @throws SyntaxError, ConstraintError or AwsError (SerializationException) for anything else than a whole snapshot
 */
export function restoreSnapshot(json: string, universe: Universe): string | undefined {
  const snapshot = snapshotForm(JSON.parse(json), '');
  for (const { account, region, ...records } of snapshot.worlds) {
    const world = universe.world(account, region);
    for (const key of records.keys) world.keys.restore(key.id, key);
    for (const alias of records.aliases) world.aliases.restore(alias.name, alias);
    for (const secret of records.secrets) world.secrets.restore(secret.name, secret);
  }
  for (const session of snapshot.sessions) universe.sessions.restore(session.accessKeyId, session);
  return snapshot.id;
}

/** A session as it is saved: one that has to be verified ends with the program. */
export function withoutSecrets(session: Session): Session {
  return { ...session, secretAccessKey: undefined, sessionToken: undefined };
}

const snapshotForm = structure({
  format: oneOf(format),
  version: integer({ min: version, max: version }),
  id: optional(text()),
  worlds: list(
    structure({
      account: text({ pattern: /^\d{12}$/ }),
      region: text(),
      keys: list(keyRecord),
      aliases: list(aliasRecord),
      secrets: list(secretRecord),
    }),
  ),
  sessions: list(sessionRecord),
});
