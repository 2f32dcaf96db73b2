import type { EncryptedFile } from 'sops-codec';
import type { Commit } from '../git/changes';
import type { Problem } from '../problem';
import { sealedValues } from './contents';
import type { MaxAge } from './max-age';
import { originOf, type Origins } from './value-age';
import { setKey, wholeHistory } from '../config/commands';
import type { Names } from '../config/names';

/** An encrypted value and since when it is what it is; undefined where no commit has it yet. */
export interface DatedValue {
  readonly key: string;
  readonly since: Commit | undefined;
}

/** The encrypted values of a file with their dates, oldest first. */
export const datedValues = (file: EncryptedFile, origins: Origins): readonly DatedValue[] =>
  [...sealedValues(file)]
    .map(([key, values]) => ({
      key,
      since: originOf(
        values.map(({ mark }) => mark),
        origins,
      ),
    }))
    .sort((a, b) => dateOf(a).localeCompare(dateOf(b)));

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
  const limit = since.getTime();
  const old = values.flatMap(({ key, since: commit }) =>
    commit && Date.parse(commit.date) < limit ? [{ key, commit }] : [],
  );
  const [first] = old;
  if (!first) return undefined;
  const width = Math.max(...old.map(({ key }) => key.length));
  const lines = old.map(
    ({ key, commit }) => `  ${key.padEnd(width)}  ${commit.date.slice(0, 10)}  ${commit.id.slice(0, 10)}`,
  );
  return {
    code: 'oldValues',
    what: [
      `${old.length === 1 ? 'a value is' : `${old.length} values are`} older than ${text}:`,
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
