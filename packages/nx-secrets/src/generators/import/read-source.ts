import { isAbsolute, relative, resolve, sep } from 'node:path';
import { formatOf, type EncryptedFile, type Format } from 'sops-codec';
import { readSourceFile, readStandardInput } from '../../import/read-bytes';
import { detect, textKinds, type TextKind } from '../../import/detect';
import { plainReading, type Imported } from '../../import/imported';
import { readEnvironment } from '../../import/sources/environment';
import { readOpenedManifests, readSourceText } from '../../import/sources/read-source-text';
import { openSource, parseSops } from '../../import/sources/sops';
import { quoteNotes } from '../../import/sources/sops-dotenv';
import { assertNoDuplicates, severalDocuments } from '../../import/sources/tree';
import { importPiped, shellWord } from '../../config/commands';
import { throwProblem, type Problem } from '../../problem';
import type { ImportOptions } from './generator-options';

/** A source that was read. */
export interface ReadSource {
  readonly imported: Imported;
  /** Where it is a file of the workspace: its path, relative to it. */
  readonly sourcePath?: string;
  /** The file that it was read from. */
  readonly origin?: SourceFile;
}

/** A file that was imported. */
export interface SourceFile {
  /** Its absolute path. */
  readonly file: string;
  readonly bytes: Uint8Array;
  readonly isEncrypted: boolean;
}

/**
 * Reads the source that the options name, in memory.
 *
 * @throws ProblemError where it cannot be read, or holds something else than it should
 */
export async function readSource(workspaceRoot: string, given: ImportOptions): Promise<ReadSource> {
  const { file, from } = given;
  if (from === 'env') return { imported: readEnvironment(process.env, given.prefix) };
  if (file === undefined) return throwProblem(noSource);
  const isStdin = file === '-';
  const source = isStdin ? 'standard input' : file;
  const absolute = resolve(file);
  const bytes = isStdin ? await readStandardInput() : await readSourceFile(workspaceRoot, absolute, file);
  const place = isStdin ? undefined : placeOf(workspaceRoot, absolute);
  const kind = from === undefined ? undefined : textKinds.find((one) => one === from);
  const encrypted =
    kind === undefined || kind === 'sops'
      ? parseSops(bytes, formatsOf(isStdin ? undefined : file), source)
      : undefined;
  const origin = isStdin ? {} : { origin: { file: absolute, bytes, isEncrypted: encrypted !== undefined } };
  const imported = encrypted
    ? await readEncrypted(encrypted, source, given.secret)
    : readUnencrypted(bytes, kind, { path: isStdin ? undefined : file, source, secret: given.secret });
  return { imported, ...(place === undefined ? {} : { sourcePath: place }), ...origin };
}

/** Formats that a SOPS file of a name may be in; a name that says nothing leaves them open. */
const formatsOf = (file: string | undefined): readonly Format[] =>
  file === undefined || formatOf(file) === 'binary'
    ? ['binary', 'json', 'yaml', 'dotenv', 'ini']
    : [formatOf(file)];

async function readEncrypted(
  encrypted: EncryptedFile,
  source: string,
  secret: string | undefined,
): Promise<Imported> {
  const { format, documents, plaintext, recipients } = await openSource(encrypted, source);
  const manifests =
    format === 'yaml' || format === 'json' ? readOpenedManifests(documents, source, secret) : undefined;
  if (manifests) return { source, ...manifests, recipients };
  if (documents.length > 1) throwProblem(severalDocuments(documents.length, source));
  for (const document of documents) assertNoDuplicates(document, [], source);
  const notes = format === 'dotenv' ? quoteNotes(documents) : [];
  return { source, ...plainReading(documents), notes, recipients, plaintext, extension: extensions[format] };
}

const extensions: Readonly<Record<Format, string>> = {
  yaml: 'yaml',
  json: 'json',
  dotenv: 'env',
  ini: 'ini',
  binary: 'bin',
};

function readUnencrypted(
  bytes: Uint8Array,
  named: TextKind | undefined,
  { path, source, secret }: { path: string | undefined; source: string; secret: string | undefined },
): Imported {
  const text = textOf(bytes, source, named ?? (path?.endsWith('.properties') ? 'properties' : undefined));
  const kind = named ?? detect(path, text) ?? throwProblem(unknownKind(source));
  return { source, ...readSourceText(text, { kind, source, secret }) };
}

/** A path in the workspace names a file of it. */
function placeOf(workspaceRoot: string, absolute: string): string | undefined {
  const path = relative(workspaceRoot, absolute).split(sep).join('/');
  return path.startsWith('../') || isAbsolute(path) ? undefined : path;
}

/** Bytes that are no text are refused: they would be replaced, and the secret would be another. */
function textOf(bytes: Uint8Array, source: string, kind: TextKind | undefined): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (!text.includes('\0')) return text;
  } catch {
    // As a text with NUL.
  }
  return throwProblem({
    code: 'notText',
    what: 'the source is not UTF-8 text',
    where: source,
    fix: `${kind === 'properties' ? `Where it is in ISO-8859-1, as Java reads it:\niconv -f ISO-8859-1 -t UTF-8 ${shellWord(source)} | ${importPiped('--from=properties', '--stage=<stage>')}\nElse save` : 'Save'} it as UTF-8 without NUL characters. To keep bytes as they are, encrypt them as secrets/<stage>.enc.bin with npx sops-codec.`,
  });
}

const noSource: Problem = {
  code: 'noSource',
  what: 'no source specified',
  where: 'the file to import',
  fix: 'Pass its path, or - for standard input; --from=env --prefix=USER_SERVICE_ takes the environment.',
};

const unknownKind = (where: string): Problem => ({
  code: 'unknownSource',
  what: 'neither its name nor its content says what the source is',
  where,
  fix: `Pass --from with one of: ${textKinds.join(', ')}.`,
});
