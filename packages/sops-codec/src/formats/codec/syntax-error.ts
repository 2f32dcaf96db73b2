import { SopsError } from '../../model/sops-error';

/** A place in a text; line and column count from 1. */
export interface TextPosition {
  readonly line: number;
  readonly column: number;
}

/** The error of a file that is not of its format. */
export const syntaxError = (
  what: string,
  { line, column }: TextPosition,
  fix = 'Correct the file, or restore it from Git.',
): SopsError => new SopsError('syntax', { what, where: `line ${line}, column ${column}`, fix, line, column });

/** The position of an offset of a text. */
export function positionOf(text: string, offset: number): TextPosition {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** The error of a file without SOPS metadata. */
export const notEncrypted = (): SopsError =>
  new SopsError('notEncrypted', {
    what: 'sops metadata not found: the file is not encrypted',
    fix: 'Encrypt it before you commit it, in the folder of its .sops.yaml or below:\nnpx sops-codec encrypt --in-place <file>',
  });
