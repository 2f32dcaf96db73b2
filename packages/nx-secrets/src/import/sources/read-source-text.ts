import type { Document } from 'sops-codec';
import { throwProblem, type Problem } from '../../problem';
import { textKinds, type TextKind } from '../detect';
import { plainReading, type Reading } from '../imported';
import { readDotenv } from './dotenv';
import { assertNoDopplerEscapes, entriesOfList, withoutToolKeys } from './exports';
import { isManifest, readManifests } from './kubernetes';
import { readProperties } from './properties';
import { readIni } from './ini';
import { documentsOf, readExportedYaml, readingOf, readTree } from './tree';

/** What a text is read as. */
export interface TextSource {
  readonly kind: TextKind;
  /** For messages. */
  readonly source: string;
  /** Name of the only Kubernetes Secret to take. */
  readonly secret?: string | undefined;
}

/**
 * Reads the values of a text.
 *
 * @throws ProblemError where it is not what it should be; with names of keys, numbers of lines, never with a value
 */
export function readSourceText(text: string, at: TextSource): Reading {
  const reading = readKind(text, at);
  if (reading.documents.every(({ items }) => items.every(({ kind }) => kind === 'comment')))
    throwProblem(noValues(at.source));
  return reading;
}

function readKind(text: string, at: TextSource): Reading {
  const { kind, source } = at;
  switch (kind) {
    case 'dotenv':
      return dotenv(text, source);
    case 'doppler':
    case 'infisical':
      if (/^\s*[[{]/.test(text)) return json(text, at);
      return isYamlExport(text)
        ? withoutToolKeys(readExportedYaml(text, source), source)
        : dotenv(text, source);
    case 'json':
      return json(text, at);
    case 'yaml':
      return withoutToolKeys(manifestsOr(text, at), source);
    case 'kubernetes':
      return withoutToolKeys(
        readManifests(documentsOf(text, /^\s*\{/.test(text) ? 'json' : 'yaml', source), source, at.secret),
        source,
      );
    case 'ini':
      return withoutToolKeys(readIni(text, source), source);
    case 'properties':
      return withoutToolKeys(readProperties(text, source), source);
    case 'sops':
      return throwProblem(notSops(source));
  }
}

function dotenv(text: string, source: string): Reading {
  const reading = readDotenv(text, source);
  assertNoDopplerEscapes(reading, source);
  return withoutToolKeys(reading, source);
}

function json(text: string, at: TextSource): Reading {
  const { source } = at;
  if (!/^\s*\[/.test(text)) return withoutToolKeys(manifestsOr(text, at, 'json'), source);
  // The codec reads objects: the list is read as a value of one.
  const [wrapped] = readTree(`{"list":${text}}`, 'json', source).documents;
  const list = wrapped?.items[0];
  const entries = list?.kind === 'item' ? entriesOfList(list.value, source) : undefined;
  return withoutToolKeys(plainReading(entries ?? throwProblem(notObject(source))), source);
}

/** Whether the first line with something in it is a key of YAML, not an assignment. */
const isYamlExport = (text: string): boolean =>
  /^(?:[ \t]*(?:#[^\n]*|---)?\r?\n)*[\w.-]+:(?:[ \t]|\r?$)/m.exec(text)?.index === 0;

/** Whoever passes a manifest as YAML or JSON means the Secret in it. */
function manifestsOr(text: string, { kind, source, secret }: TextSource, format: 'json' | 'yaml' = 'yaml') {
  const documents = documentsOf(text, format, source);
  if (kind !== 'doppler' && kind !== 'infisical' && isManifest(documents))
    return readManifests(documents, source, secret);
  return documents.length > 1 ? readTree(text, format, source) : readingOf(documents, text, format, source);
}

/** The reading of documents that came from an encrypted manifest. */
export const readOpenedManifests = (
  documents: readonly Document[],
  source: string,
  secret: string | undefined,
): Reading | undefined => (isManifest(documents) ? readManifests(documents, source, secret) : undefined);

const notObject = (where: string): Problem => ({
  code: 'unreadableSource',
  what: 'the JSON is a list of something else than keys with values',
  where,
  fix: 'Pass an object of keys and values, or a list of { "key": …, "value": … }.',
});

const notSops = (where: string): Problem => ({
  code: 'notEncrypted',
  what: 'the source is not a SOPS file',
  where,
  fix: `Leave --from out, or pass one of: ${textKinds.join(', ')}.`,
});

const noValues = (where: string): Problem => ({
  code: 'noValue',
  what: 'the source has no values, so nothing was changed',
  where,
  fix: 'Check that it is the file you mean.',
});
