import { integer, list, oneOf, optional, structure, text } from '../protocol/readers';
import type { Session } from '../store/model';
import type { AccountStore } from '../store/account-store';
import { aliasRecord, keyRecord, parameterRecord, secretRecord, sessionRecord } from './record-readers';

const format = 'local-aws';
const version = 1;

/**
 * The whole state as JSON; secret values stay encrypted under their KMS keys, as they are in memory.
 * @param id names this snapshot: the journal that continues it refers to it
 */
export function takeSnapshot(accounts: AccountStore, id: string): string {
  return JSON.stringify({
    format,
    version,
    id,
    worlds: accounts
      .regions()
      .map((store) => ({
        account: store.account,
        region: store.region,
        keys: store.keys.all(),
        aliases: store.aliases.all(),
        secrets: store.secrets.all(),
        parameters: store.parameters.all(),
      }))
      .filter(
        ({ keys, aliases, secrets, parameters }) =>
          keys.length + aliases.length + secrets.length + parameters.length > 0,
      ),
    sessions: accounts.sessions.all().map(withoutSecrets),
  });
}

/**
 * Puts a snapshot's records into an empty store.
 * @returns the snapshot's id; `undefined` for one of a version that had none
 * @throws SyntaxError, ConstraintError or AwsError (SerializationException) for anything else than a whole snapshot
 */
export function restoreSnapshot(json: string, accounts: AccountStore): string | undefined {
  const snapshot = snapshotForm(JSON.parse(json), '');
  for (const { account, region, ...records } of snapshot.worlds) {
    const store = accounts.region(account, region);
    for (const key of records.keys) store.keys.restore(key.id, key);
    for (const alias of records.aliases) store.aliases.restore(alias.name, alias);
    for (const secret of records.secrets) store.secrets.restore(secret.name, secret);
    for (const parameter of records.parameters ?? []) store.parameters.restore(parameter.name, parameter);
  }
  for (const session of snapshot.sessions) accounts.sessions.restore(session.accessKeyId, session);
  return snapshot.id;
}

/** A session as it is saved: one that has to be verified ends with the program. */
export function withoutSecrets(session: Session): Session {
  return { ...session, secretAccessKey: undefined, sessionToken: undefined };
}

/** The names of members stay as they are (`worlds`), so that older data files can be read. */
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
      /** Absent in data files of an earlier version. */
      parameters: optional(list(parameterRecord)),
    }),
  ),
  sessions: list(sessionRecord),
});
