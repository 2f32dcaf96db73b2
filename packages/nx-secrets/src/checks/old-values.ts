import type { EncryptedFile } from 'sops-codec';
import type { Commit } from '../git/changes';
import type { Problem } from '../problem';
import { keyText } from '../secret-file/key-path';
import { pendingValuesIn } from '../secret-file/pending-values';
import { encryptedValues } from './contents';
import type { MaxAge } from './max-age';
import { originOf, type Origins, type EncryptedValue } from './value-age';
import { setKey, wholeHistory } from '../config/commands';
import type { Names } from '../config/names';

/** An encrypted value and since when it is what it is; undefined where no commit has it yet. */
export interface DatedValue {
  readonly key: string;
  readonly since: Commit | undefined;
  /** Somebody added it who may not open the file: the next who may writes it among the others. */
  readonly pending: boolean;
}

/**
 * The encrypted values of a file with their dates, oldest first, pending ones among them.
 *
 * @param path of the file, for messages
 */
export const datedValues = (file: EncryptedFile, origins: Origins, path: string): readonly DatedValue[] =>
  [
    ...[...encryptedValues(file)].map((entry) => dated(entry, origins, false)),
    ...pendingValuesIn(file.documents, path).flatMap(({ keys, file: pending }) =>
      [...encryptedValues(pending).values()].map((values) =>
        dated([keyText(keys, file.format), values], origins, true),
      ),
    ),
  ].sort((a, b) => dateOf(a).localeCompare(dateOf(b)));

const dated = (
  [key, values]: readonly [string, readonly EncryptedValue[]],
  origins: Origins,
  pending: boolean,
): DatedValue => ({
  key,
  since: originOf(
    values.map(({ fingerprint }) => fingerprint),
    origins,
  ),
  pending,
});

/** What is not committed yet is the newest of all. */
const dateOf = ({ since }: DatedValue): string => since?.date ?? '~';

/**
 * The values that have not changed for too long, by key name.
 *
 * @param path of the file, for messages
 */
export function oldValues(
  values: readonly DatedValue[],
  { text, since }: MaxAge,
  { address, stage }: Names,
  path: string,
): Problem | undefined {
  const limit = since?.getTime();
  const isOld = ({ since: commit }: DatedValue) =>
    limit === undefined || (commit !== undefined && Date.parse(commit.date) < limit);
  const old = values.filter(isOld);
  if (old.length === 0) return undefined;
  const width = Math.max(...old.map(({ key }) => key.length));
  const lines = old.map(
    ({ key, since: commit, pending }) =>
      `  ${key.padEnd(width)}  ${commit ? `${commit.date.slice(0, 10)}  ${commit.id.slice(0, 10)}` : 'not committed'}${pending ? '  pending' : ''}`,
  );
  return {
    code: 'oldValues',
    what: [
      limit === undefined
        ? 'the age of every value, oldest first:'
        : `${old.length === 1 ? 'a value is' : `${old.length} values are`} older than ${text}:`,
      ...lines,
    ].join('\n'),
    where: path,
    fix: [
      `Change ${old.length === 1 ? 'it' : 'each'} at its source (the database, the provider), then:`,
      ...old.map(({ key }) => setKey(address, stage, key)),
    ].join('\n'),
  };
}

/** The problem of a history that does not show how old values are. */
export const noHistory = (kind: 'shallow' | 'unavailable'): Problem =>
  kind === 'shallow'
    ? {
        code: 'shallowClone',
        what: 'this clone is shallow, so the age of the values is unknown',
        where: '--max-age',
        fix: wholeHistory,
      }
    : {
        code: 'noGitHistory',
        what: 'there is no Git history here, so the age of the values is unknown',
        where: '--max-age',
        fix: 'Run it in a Git checkout with the history of the secret files (git log must work here).',
      };
