import { readPlain, type Document } from 'sops-codec';
import type { SecretValue } from '../../aws/secrets-manager/secrets';
import type { OutputForm } from '../../config/options';
import { shellWord } from '../../config/commands';
import { throwProblem, type Problem } from '../../problem';
import { textDocuments, type KeyNote } from '../imported';
import { readTree } from '../sources/tree';

/** What a value becomes in a secret file. */
export interface Content {
  readonly documents: readonly Document[];
  /** Of the file that can hold it, where not every one can. */
  readonly extension?: 'bin';
  readonly normalised?: readonly KeyNote[];
}

/** Where a value comes from and goes to. */
export interface ContentPlace {
  /** What messages call the source. */
  readonly source: string;
  /** Its name in AWS, where it is one of several: a mapping file says then what is for it alone. */
  readonly name?: string | undefined;
  readonly root: string;
  readonly output: OutputForm;
  readonly key: string | undefined;
}

/**
 * The content of a secret file that is pushed as the same value: the keys of a JSON object with their types, bytes as they
 * are, any text as it is where the service's output is raw. A key takes the whole text.
 *
 * @throws ProblemError for a text that is not a JSON object where there has to be one; it quotes nothing of it
 */
export function contentOf(value: SecretValue, { source, name, root, output, key }: ContentPlace): Content {
  if (key !== undefined) {
    return value.kind === 'string'
      ? { documents: textDocuments([[key, value.text]]) }
      : throwProblem(bytesInKey(source, key));
  }
  if (value.kind === 'binary') {
    if (output === 'raw') throwProblem(bytesAsText(source, root));
    return { documents: readPlain(value.bytes, 'binary'), extension: 'bin' };
  }
  if (output === 'raw')
    return { documents: readPlain(Buffer.from(value.text, 'utf8'), 'binary'), extension: 'bin' };
  if (!isObject(value.text)) throwProblem(textSecret(source, name, root));
  const { documents, normalised } = readTree(value.text, 'json', source);
  return { documents, normalised };
}

/** Parsers of JSON quote what they cannot read, so that error goes no further. */
function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

const textSecret = (where: string, name: string | undefined, root: string): Problem => ({
  code: 'textSecret',
  what: 'the value is a text and not a JSON object, so it has no keys',
  where,
  fix: [
    name === undefined
      ? 'To make it the value of a key, which the service then reads from JSON, pass --key=<name>.'
      : `To make it the value of a key, which the service then reads from JSON, put this into the mapping file, and pass it with --map=import-map.json:\n${JSON.stringify({ names: { [name]: { key: '<name>' } } })}`,
    `To keep the text as it is, set "services": { ${JSON.stringify(root)}: { "output": "raw" } } in nx.json and run this again.`,
  ].join('\n'),
});

const bytesInKey = (where: string, key: string): Problem => ({
  code: 'notText',
  what: `the value is binary, and the key ${key} takes text`,
  where,
  fix: 'Import it without a key, into a service or stage of its own: it becomes secrets/<stage>.enc.bin.',
});

const bytesAsText = (where: string, root: string): Problem => ({
  code: 'notText',
  what: 'the value is binary, and "output": "raw" pushes text',
  where,
  fix: `Remove "output": "raw" of ${shellWord(root)} in nx.json; then it becomes secrets/<stage>.enc.bin and is pushed as SecretBinary.`,
});
