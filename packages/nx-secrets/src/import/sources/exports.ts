import { importPiped } from '../../config/commands';
import type { Document, Item, Value } from 'sops-codec';
import { throwProblem, type Problem } from '../../problem';
import { keyText } from '../../secret-file/key-path';
import { pathEnds } from '../../secret-file/leaves';
import { textDocuments, type KeyNote, type Reading } from '../imported';
import { definedTwice } from './tree';

/** What tools put among the values that they export, and whose it is. */
const ofTools: readonly { readonly pattern: RegExp; readonly what: string }[] = [
  {
    pattern: /^DOPPLER_(?:PROJECT|CONFIG|ENVIRONMENT)$/,
    what: 'is about Doppler, not a value of the service',
  },
  {
    pattern: /^DOTENV_(?:PUBLIC|PRIVATE)_KEY(?:_|$)/,
    what: 'is a key of dotenvx, not a value of the service',
  },
];

/**
 * The reading of an export without what is about the tool that exported it.
 *
 * @param source for messages
 * @throws ProblemError for values that are encrypted, or references that another tool resolves
 */
export function withoutToolKeys(reading: Reading, source: string): Reading {
  const leftOut: KeyNote[] = [...reading.leftOut];
  const documents = reading.documents.map((document): Document => ({
    kind: 'map',
    items: document.items.filter((item) => {
      const tool = item.kind === 'item' ? ofTools.find(({ pattern }) => pattern.test(item.key)) : undefined;
      if (item.kind === 'item' && tool) leftOut.push({ key: item.key, what: tool.what });
      return tool === undefined;
    }),
  }));
  for (const document of documents)
    for (const { path, value } of pathEnds(document)) {
      const problem = value.kind === 'str' && 'text' in value ? unresolved(value.text) : undefined;
      if (problem)
        throwProblem({ ...problem, what: `${keyText(path, 'yaml')} ${problem.what}`, where: source });
    }
  return { ...reading, documents, leftOut };
}

/** Why a text is not the value itself; never with the text. */
function unresolved(text: string): Omit<Problem, 'where'> | undefined {
  const into = (kind: string) => `| ${importPiped(`--from=${kind}`, '--stage=<stage>')}`;
  if (/^encrypted:[A-Za-z0-9+/=]{16,}$/.test(text))
    return {
      code: 'encryptedSource',
      what: 'is encrypted by dotenvx',
      fix: `Let dotenvx decrypt it into a pipe:\ndotenvx get --format json -f <file> ${into('json')}`,
    };
  if (/^ENC\[AES256_GCM,data:/.test(text))
    return {
      code: 'encryptedSource',
      what: 'is encrypted by sops, and the metadata of the file is missing',
      fix: 'Import the whole SOPS file, with what is under "sops".',
    };
  if (/^op:\/\/[^\s/]+\/[^\s]+$/.test(text))
    return {
      code: 'encryptedSource',
      what: 'is a reference to a value in 1Password',
      fix: `Let 1Password put the values in, into a pipe:\nop inject -i <file> ${into('<kind>')}`,
    };
  return undefined;
}

/**
 * Doppler's env format puts backslashes before quotes, which dotenv libraries keep: what a service got from Doppler is
 * another text than what they read. @throws ProblemError
 */
export function assertNoDopplerEscapes({ documents }: Reading, source: string): void {
  const items = documents.flatMap((document) => document.items).filter((item) => item.kind === 'item');
  if (!items.some(({ key }) => key === 'DOPPLER_PROJECT')) return;
  const escaped = items.find(
    ({ value }) => value.kind === 'str' && 'text' in value && value.text.includes('\\'),
  );
  if (!escaped) return;
  throwProblem({
    code: 'unreadableSource',
    what: `the value of ${escaped.key} has a backslash, which Doppler's env format and dotenv libraries read differently`,
    where: source,
    fix: `Take the JSON format:\ndoppler secrets download --no-file --format json | ${importPiped('--stage=<stage>')}`,
  });
}

/**
 * The entries of a list of keys and values, as `infisical export --format=json` writes it; undefined for another list.
 *
 * @throws ProblemError where a key is in it twice
 */
export function entriesOfList(list: Value, source: string): readonly Document[] | undefined {
  if (list.kind !== 'list') return undefined;
  const entries: (readonly [string, string])[] = [];
  for (const element of list.elements) {
    if (element.kind !== 'map') return undefined;
    const key = textOf(element.items, 'key') ?? textOf(element.items, 'secretKey');
    const value = textOf(element.items, 'value') ?? textOf(element.items, 'secretValue');
    if (key === undefined || value === undefined) return undefined;
    if (entries.some(([one]) => one === key)) throwProblem(definedTwice(key, source));
    entries.push([key, value]);
  }
  return textDocuments(entries);
}

function textOf(items: readonly (Item | { readonly kind: 'comment' })[], key: string): string | undefined {
  const item = items.find((one) => one.kind === 'item' && one.key === key);
  return item?.kind === 'item' && item.value.kind === 'str' && 'text' in item.value
    ? item.value.text
    : undefined;
}
