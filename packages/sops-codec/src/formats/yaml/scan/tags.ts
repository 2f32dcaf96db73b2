/** Follows go-yaml v3.0.4: `scannerc.go`. */
import { yamlError } from './yaml-error';
import {
  codeAt,
  isBlank,
  isBlankOrEnd,
  isBreak,
  isBreakOrEnd,
  isWord,
  markOf,
  readBreak,
  readTo,
  skip,
  skipBlanks,
  type Scanner,
} from './scanner';
import type { Mark, Token } from './token';

/** Reads an anchor or an alias. */
export function scanAnchor(scanner: Scanner, kind: 'anchor' | 'alias'): Token {
  const mark = markOf(scanner);
  skip(scanner);
  const name = readWord(scanner);
  const code = codeAt(scanner);
  if (name === '' || !(isBlankOrEnd(code) || '?:,]}%@`'.includes(String.fromCharCode(code))))
    throw yamlError(`an ${kind} whose name is not letters, digits, "_" and "-"`, mark);
  return { kind, mark, name };
}

function readWord(scanner: Scanner): string {
  let end = scanner.index;
  while (isWord(scanner.text.charCodeAt(end))) end += 1;
  return end === scanner.index ? '' : readTo(scanner, end);
}

/** Reads a tag: `!<uri>`, `!suffix`, `!!suffix` or `!handle!suffix`. */
export function scanTag(scanner: Scanner): Token {
  const mark = markOf(scanner);
  const tag = codeAt(scanner, 1) === 0x3c ? verbatimTag(scanner, mark) : shorthandTag(scanner, mark);
  if (!isBlankOrEnd(codeAt(scanner))) throw yamlError('a tag that no blank follows', mark);
  return { kind: 'tag', mark, ...tag };
}

function verbatimTag(scanner: Scanner, mark: Mark): { handle: string; suffix: string } {
  skip(scanner, 2);
  const suffix = readUri(scanner, mark);
  if (suffix === '') throw yamlError('a tag without a name', mark);
  if (codeAt(scanner) !== 0x3e) throw yamlError('a tag that is not closed', mark);
  skip(scanner);
  return { handle: '', suffix };
}

function shorthandTag(scanner: Scanner, mark: Mark): { handle: string; suffix: string } {
  const handle = readHandle(scanner);
  if (handle.length > 1 && handle.endsWith('!')) {
    const suffix = readUri(scanner, mark);
    if (suffix === '') throw yamlError('a tag without a name', mark);
    return { handle, suffix };
  }
  const suffix = handle.slice(1) + readUri(scanner, mark);
  return suffix === '' ? { handle: '', suffix: '!' } : { handle: '!', suffix };
}

function readHandle(scanner: Scanner): string {
  skip(scanner);
  const word = readWord(scanner);
  if (codeAt(scanner) !== 0x21) return `!${word}`;
  skip(scanner);
  return `!${word}!`;
}

const uriCharacter = /[-0-9A-Za-z_;/?:@&=+$,.!~*'()[\]%]*/y;

function readUri(scanner: Scanner, mark: Mark): string {
  uriCharacter.lastIndex = scanner.index;
  const [raw = ''] = uriCharacter.exec(scanner.text) ?? [];
  if (raw !== '') readTo(scanner, scanner.index + raw.length);
  try {
    return raw.replace(/(?:%[0-9a-fA-F]{2})+|%/g, decodeURIComponent);
  } catch {
    throw yamlError('a tag with an escape that is not UTF-8', mark);
  }
}

/** Reads `%YAML` or `%TAG`. */
export function scanDirective(scanner: Scanner): Token {
  const mark = markOf(scanner);
  skip(scanner);
  const name = readWord(scanner);
  if (!isBlankOrEnd(codeAt(scanner)) || (name !== 'YAML' && name !== 'TAG'))
    throw yamlError('an unknown directive', mark);
  const token = name === 'YAML' ? versionDirective(scanner, mark) : tagDirective(scanner, mark);
  skipBlanks(scanner);
  if (codeAt(scanner) === 0x23) while (!isBreakOrEnd(codeAt(scanner))) skip(scanner);
  if (!isBreakOrEnd(codeAt(scanner))) throw yamlError('text after a directive', mark);
  if (isBreak(codeAt(scanner))) readBreak(scanner);
  return token;
}

const versionNumber = /\d{1,2}\.\d{1,2}(?!\d)/y;

function versionDirective(scanner: Scanner, mark: Mark): Token {
  skipBlanks(scanner);
  versionNumber.lastIndex = scanner.index;
  const [version] = versionNumber.exec(scanner.text) ?? [];
  if (version === undefined) throw yamlError('a %YAML directive without a version', mark);
  readTo(scanner, scanner.index + version.length);
  return { kind: 'version-directive', mark, version };
}

function tagDirective(scanner: Scanner, mark: Mark): Token {
  skipBlanks(scanner);
  const handle = codeAt(scanner) === 0x21 ? readHandle(scanner) : '';
  const isHandle = handle === '!' || (handle.length > 1 && handle.endsWith('!'));
  if (!isHandle || !isBlank(codeAt(scanner))) throw yamlError('a %TAG directive without a handle', mark);
  skipBlanks(scanner);
  const prefix = readUri(scanner, mark);
  if (prefix === '' || !isBlankOrEnd(codeAt(scanner)))
    throw yamlError('a %TAG directive without a prefix', mark);
  return { kind: 'tag-directive', mark, handle, prefix };
}
