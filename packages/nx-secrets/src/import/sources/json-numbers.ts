import { visit } from 'jsonc-parser';
import { keyText } from '../../secret-file/key-path';
import type { KeyNote } from '../imported';

/** The numbers of a JSON text that a secret has in another form, as 1 for 1.0; they are the same numbers. */
export function rewrittenNumbers(text: string): readonly KeyNote[] {
  const notes: KeyNote[] = [];
  visit(text, {
    onLiteralValue: (value, offset, length, _line, _character, path) => {
      const literal = text.slice(offset, offset + length);
      if (typeof value !== 'number' || /^-?[1-9][0-9]*$/.test(literal) || String(value) === literal) return;
      notes.push({ key: keyText(path(), 'json'), what: sameNumber });
    },
  });
  return notes;
}

/** What reports say of a number in another form. */
export const sameNumber = 'the same number, written as JavaScript does (1 for 1.0, 1000 for 1e3)';
