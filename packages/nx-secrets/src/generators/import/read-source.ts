import { relative, resolve, sep } from 'node:path';
import { readSourceFile, readStandardInput } from '../../import/read-bytes';
import { detect, textKinds, type TextKind } from '../../import/detect';
import type { Imported, Reading } from '../../import/imported';
import { readDotenv } from '../../import/sources/dotenv';
import { readTree } from '../../import/sources/tree';
import { throwProblem, type Problem } from '../../problem';
import type { ImportOptions } from './generator-options';

/** A source that was read. */
export interface ReadSource {
  readonly imported: Imported;
  /** Where it is a file of the workspace: its path, relative to it. */
  readonly sourcePath?: string;
}

/**
 * Reads the source that the options name, in memory.
 *
 * @throws ProblemError where it cannot be read, or holds something else than it should
 */
export async function readSource(workspaceRoot: string, given: ImportOptions): Promise<ReadSource> {
  const { file, from } = given;
  if (file === undefined) return throwProblem(noSource);
  const isStdin = file === '-';
  const source = isStdin ? 'standard input' : file;
  const absolute = resolve(file);
  const bytes = isStdin ? await readStandardInput() : await readSourceFile(workspaceRoot, absolute, file);
  const text = textOf(bytes, source);
  const kind = kindOf(from, isStdin ? undefined : file, text, source);
  return {
    imported: { source, ...readText(kind, text, source) },
    ...placeOf(workspaceRoot, absolute, isStdin),
  };
}

function readText(kind: TextKind, text: string, source: string): Reading {
  switch (kind) {
    case 'dotenv':
      return readDotenv(text, source);
    case 'json':
    case 'yaml':
    case 'ini':
      return readTree(text, kind, source);
    case 'sops':
    case 'properties':
    case 'kubernetes':
    case 'doppler':
    case 'infisical':
      return throwProblem(unknownKind(source));
  }
}

function kindOf(from: string | undefined, path: string | undefined, text: string, source: string): TextKind {
  const kind = from === undefined ? detect(path, text) : textKinds.find((one) => one === from);
  return kind ?? throwProblem(unknownKind(source));
}

/** A path in the workspace names a file of it. */
function placeOf(
  workspaceRoot: string,
  absolute: string,
  isStdin: boolean,
): { readonly sourcePath?: string } {
  const path = relative(workspaceRoot, absolute).split(sep).join('/');
  return isStdin || path.startsWith('../') ? {} : { sourcePath: path };
}

/** Bytes that are no text are refused: they would be replaced, and the secret would be another. */
function textOf(bytes: Uint8Array, source: string): string {
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
    fix: 'Save it as UTF-8 without NUL characters. To keep bytes as they are, encrypt them as secrets/<stage>.enc.bin with npx sops-codec.',
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
