import { crc32 } from 'node:zlib';
import { list, oneOf, optional, type Reader, structure, text } from '../protocol/readers';
import type { Secret } from '../store/model';
import type { Change, AccountStore } from '../store/account-store';
import {
  aliasRecord,
  type JournaledSecret,
  journaledSecretRecord,
  keyRecord,
  parameterRecord,
  sessionRecord,
} from './record-readers';
import { withoutSecrets } from './snapshot';

/**
 * The journal: a line for its head, then one for each call that changed something, whole or not at all. A line is a
 * checksum and JSON, so that one that was cut off is recognised.
 */
const format = 'local-aws-journal';

/** The first line of the journal that continues a snapshot. */
export function journalHead(snapshotId: string): string {
  return line({ format, snapshot: snapshotId });
}

/** The changes of one call as a line. */
export function journalLine(changes: readonly Change[]): string {
  return line(changes.filter(({ durable }) => durable).map(entry));
}

/** The content of a journal. */
export interface Journal {
  /** The snapshot that it continues. */
  readonly snapshotId: string;
  /** The changes of each call, unchecked. */
  readonly calls: readonly unknown[];
  /** Whether its last line was cut off: the end of the process came before the answer. */
  readonly torn: boolean;
}

/**
 * Reads a journal. `undefined` for one whose head was cut off: nothing was written to it.
 * @throws Error where a line is damaged that is not the last
 */
export function parseJournal(content: string): Journal | undefined {
  const lines = content.split('\n');
  // A whole journal ends in a line break, so that the last of these is empty.
  const rest = lines.pop() ?? '';
  const values = lines.map(parseLine);
  const damaged = values.indexOf(undefined);
  if (damaged >= 0 && (damaged < values.length - 1 || rest !== '')) {
    throw new Error(`line ${damaged + 1} of it is damaged`);
  }
  const whole = damaged < 0 ? values : values.slice(0, damaged);
  const [first, ...calls] = whole;
  if (first === undefined) return undefined;
  return { snapshotId: headForm(first, '').snapshot, calls, torn: damaged >= 0 || rest !== '' };
}

/**
 * Applies the changes of one call.
 * @throws ConstraintError, AwsError (SerializationException) or Error for anything else than a call's changes
 */
export function applyCall(call: unknown, accounts: AccountStore): void {
  for (const { table, account = '', region = '', id, record } of list(entryForm)(call, '')) {
    if (table === 'sessions') {
      accounts.sessions.restore(id, optional(sessionRecord)(record, ''));
      continue;
    }
    const store = accounts.region(account, region);
    if (table === 'keys') store.keys.restore(id, optional(keyRecord)(record, ''));
    if (table === 'aliases') store.aliases.restore(id, optional(aliasRecord)(record, ''));
    if (table === 'parameters') store.parameters.restore(id, optional(parameterRecord)(record, ''));
    if (table === 'secrets') {
      const secret = optional(journaledSecretRecord)(record, '');
      store.secrets.restore(id, secret && withValues(secret, store.secrets.get(id)));
    }
  }
}

const anything: Reader<unknown> = (value) => value;
const headForm = structure({ format: oneOf(format), snapshot: text() });
const entryForm = structure({
  table: oneOf('keys', 'aliases', 'secrets', 'parameters', 'sessions'),
  account: optional(text()),
  region: optional(text()),
  id: text(),
  record: anything,
});

function entry(change: Change): object {
  const { table, id, after } = change;
  if (table === 'sessions') return { table, id, record: after && withoutSecrets(after) };
  const { account, region } = change;
  const record =
    table === 'secrets' ? change.after && withoutKnownValues(change.after, change.before) : after;
  return { table, account, region, id, record };
}

/** A secret may have a hundred versions of 64 KiB: those that the journal or the snapshot has already are left out. */
function withoutKnownValues(after: Secret, before: Secret | undefined): JournaledSecret {
  const known = new Map(before?.versions.map(({ id, value }) => [id, value]));
  const versions = after.versions.map((version) =>
    known.get(version.id) === version.value ? { ...version, value: undefined } : version,
  );
  return { ...after, versions };
}

function withValues(secret: JournaledSecret, before: Secret | undefined): Secret {
  const known = new Map(before?.versions.map(({ id, value }) => [id, value]));
  const versions = secret.versions.map((version) => {
    const value = version.value ?? known.get(version.id);
    if (value === undefined) throw new Error(`the value of version ${version.id} is missing`);
    return { ...version, value };
  });
  return { ...secret, versions };
}

function line(value: unknown): string {
  const json = JSON.stringify(value);
  return `${checksum(json)} ${json}\n`;
}

function parseLine(written: string): unknown {
  const json = written.slice(9);
  return written.startsWith(`${checksum(json)} `) ? (JSON.parse(json) as unknown) : undefined;
}

function checksum(json: string): string {
  return crc32(json).toString(16).padStart(8, '0');
}
