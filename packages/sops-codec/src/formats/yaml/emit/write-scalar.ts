/** Follows go-yaml v3.0.4: `encode.go`, `emitterc.go`. */
import type { Leaf } from '../../../model/tree';
import { resolvePlain } from '../resolve/resolve-plain';

/** Words that YAML 1.1 parsers take for booleans, and texts that they take for base-60 numbers. */
const oldBoolean = /^(?:y|Y|yes|Yes|YES|on|On|ON|n|N|no|No|NO|off|Off|OFF)$/;
const base60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;
/** Texts with such characters are double-quoted with escapes by go-yaml. */
const unprintable = /[^\n\u0020-\u007e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]/u;
const leadingIndicator = /^(?:[&*!|>%@`"'#,[\]{}]|[-?:](?:$|[ \t\n])|---|\.\.\.)/;

/** A leaf on a single line; `isBlock` tells which texts are written as a block instead. */
export function leafText(leaf: Leaf, exact: boolean): string {
  switch (leaf.kind) {
    case 'null':
      return 'null';
    case 'bool':
    case 'int':
      return String(leaf.value);
    case 'float':
      return exact && Object.is(leaf.value, -0) ? '-0.0' : floatText(leaf.value);
    case 'time':
      return leaf.text;
    case 'bytes':
      return `!!binary ${Buffer.from(leaf.bytes).toString('base64')}`;
    case 'str':
      return leaf.text === '<<' ? '!!merge <<' : stringText(leaf.text);
  }
}

/** Go's shortest form ('g'): an exponent below 1e-4 and from 1e6 on, of at least two digits. */
function floatText(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e');
  const power = Number(exponent);
  if (power >= -4 && power < 6) return String(value);
  return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

/**
 * Whether a text is written as a literal block: several lines, none with a blank at its end. go-yaml loses one that begins
 * with a tab.
 */
export const isBlock = (text: string): boolean =>
  text.includes('\n') && !/ (?:\n|$)|^\t/.test(text) && !unprintable.test(text.replaceAll('\t', ' '));

/** A string on one line: plain where it is read again as the same string, else quoted. */
export function stringText(text: string): string {
  if (text === '') return '""';
  const resolved = resolvePlain(text);
  if (resolved?.kind !== 'str' || oldBoolean.test(text) || base60.test(text)) return doubleQuoted(text);
  if (unprintable.test(text) || text.includes('\n')) return doubleQuoted(text);
  if (leadingIndicator.test(text) || /^ | $|: |:$| #/.test(text)) return `'${text.replaceAll("'", "''")}'`;
  return text;
}

const short: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\u0000': '\\0',
  '\u0007': '\\a',
  '\b': '\\b',
  '\u000b': '\\v',
  '\f': '\\f',
  '\u001b': '\\e',
  '\u0085': '\\N',
  '\u00a0': '\\_',
  '\u2028': '\\L',
  '\u2029': '\\P',
};

function doubleQuoted(text: string): string {
  const escaped = [...text].map((character) => {
    if (Object.hasOwn(short, character) && character !== '\u00a0') return short[character] ?? '';
    if (!unprintable.test(character)) return character;
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x100) return `\\x${code.toString(16).toUpperCase().padStart(2, '0')}`;
    return code > 0xffff
      ? `\\U${code.toString(16).toUpperCase().padStart(8, '0')}`
      : `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`;
  });
  return `"${escaped.join('')}"`;
}
