import { readPlain, type Document, type Mapping, type Value } from 'sops-codec';
import { keyText } from '../../secret-file/key-path';
import { throwProblem, toProblem, type Problem } from '../../problem';
import { plainReading, type Reading } from '../imported';
import { inexactIn, type Inexact } from '../../secret-file/exact-json';
import { rewrittenNumbers } from './json-numbers';
import { asWritten } from './yaml-scalars';

/**
 * Reads JSON or YAML: in order, with comments, with exact integers. What is kept in another form is listed.
 *
 * @param source for messages
 * @throws ProblemError where it is not of the format, is not one document of keys, defines a key twice, or would become
 *   another value
 */
export function readTree(text: string, format: 'json' | 'yaml', source: string): Reading {
  const documents = documentsOf(text, format, source);
  if (documents.length > 1) throwProblem(severalDocuments(documents.length, source));
  return readingOf(documents, text, format, source);
}

/** The reading of documents that `documentsOf` gave. */
export const readingOf = (
  documents: readonly Document[],
  text: string,
  format: 'json' | 'yaml',
  source: string,
): Reading =>
  format === 'json'
    ? { ...plainReading(documents), normalised: rewrittenNumbers(text) }
    : { ...plainReading(documents), ...asWritten(documents, text, source) };

/** Reads YAML that a tool exported, in which every value is a text. */
export function readExportedYaml(text: string, source: string): Reading {
  const documents = documentsOf(text, 'yaml', source);
  if (documents.length > 1) throwProblem(severalDocuments(documents.length, source));
  return { ...plainReading(documents), ...asWritten(documents, text, source, true) };
}

/** `readTree` for any number of documents. */
export function documentsOf(text: string, format: 'json' | 'yaml', source: string): readonly Document[] {
  const documents = readText(text, format, source);
  const inexact = format === 'json' ? inexactIn(text) : undefined;
  if (inexact) throwProblem(notExact(inexact, source));
  for (const document of documents) {
    assertNoDuplicates(document, [], source);
    if (format === 'yaml') assertNoMergeKeys(document, [], source);
  }
  return documents;
}

function readText(text: string, format: 'json' | 'yaml', source: string): readonly Document[] {
  try {
    return readPlain(text, format);
  } catch (error) {
    // The codec's own errors quote no value, and name line and column.
    const problem = toProblem(error);
    return throwProblem({
      ...problem,
      where: [source, problem.where].filter(Boolean).join(', '),
      fix:
        format === 'yaml'
          ? 'Correct the source, then import it. Names of keys that are numbers or booleans go into quotes.'
          : 'Correct the source, then import it.',
    });
  }
}

/** Readers of JSON and YAML keep one of two equal keys, and not all the same one. @throws ProblemError */
export function assertNoDuplicates(value: Value, path: readonly string[], source: string): void {
  if (value.kind === 'list') {
    value.elements.forEach((element, index) => {
      if (element.kind !== 'comment') assertNoDuplicates(element, [...path, String(index)], source);
    });
  }
  if (value.kind !== 'map') return;
  const twice = duplicateOf(value);
  if (twice !== undefined) throwProblem(definedTwice(keyText([...path, twice], 'yaml'), source));
  for (const item of value.items)
    if (item.kind === 'item') assertNoDuplicates(item.value, [...path, item.key], source);
}

function duplicateOf({ items }: Mapping): string | undefined {
  const seen = new Set<string>();
  for (const item of items) {
    if (item.kind !== 'item') continue;
    if (seen.has(item.key)) return item.key;
    seen.add(item.key);
  }
  return undefined;
}

/** Readers of YAML put the keys of another mapping in place of a merge key; sops takes it for a key. @throws ProblemError */
function assertNoMergeKeys(value: Value, path: readonly string[], source: string): void {
  if (value.kind === 'list') {
    value.elements.forEach((element, index) => {
      if (element.kind !== 'comment') assertNoMergeKeys(element, [...path, String(index)], source);
    });
  }
  if (value.kind !== 'map') return;
  for (const item of value.items) {
    if (item.kind !== 'item') continue;
    const isMerge = item.key === '<<' && (item.value.kind === 'map' || item.value.kind === 'list');
    if (isMerge) throwProblem(mergeKey(keyText([...path, item.key], 'yaml'), source));
    assertNoMergeKeys(item.value, [...path, item.key], source);
  }
}

const mergeKey = (key: string, where: string): Problem => ({
  code: 'unreadableSource',
  what: `${key} is a merge key of YAML, which a secret file keeps as a key of that name`,
  where,
  fix: 'Write the merged keys out, then import it.',
});

const notExact = ({ what, at }: Inexact, source: string): Problem => ({
  code: 'unreadableSource',
  what: `${what}, so a secret file would hold another value`,
  where: [source, at].filter(Boolean).join(', '),
  fix:
    at === undefined
      ? 'Import one object after the other, each from a source of its own.'
      : what.includes('surrogate')
        ? 'Write the character itself, or both halves of its escape.'
        : 'Write it as a text in quotes, as the service then has to read it.',
});

/** The problem of a key that a source defines twice. */
export const definedTwice = (key: string, where: string): Problem => ({
  code: 'duplicateKey',
  what: `${key} is defined twice`,
  where,
  fix: 'Keep the one that your service reads today.',
});

/** The problem of a source with several documents. */
export const severalDocuments = (count: number, where: string): Problem => ({
  code: 'severalDocuments',
  what: `the source has ${count} YAML documents, but a secret has one`,
  where,
  fix: 'Import one document after the other, each from a file of its own or from standard input (-).',
});
