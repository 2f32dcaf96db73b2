import type { Format } from 'sops-codec';
import { fail, printable, type Problem } from '../problem';

/**
 * The path of a key as a user writes it: `database.password` leads into a mapping, `a\.b` is a name with a dot. Dotenv
 * files have no mappings, so there a dot is part of the name.
 *
 * @throws ProblemError for names that a secret file cannot hold
 */
export function keyPath(text: string, format: Format): readonly string[] {
  if (text.includes('=')) return fail(valueBehindKey);
  const path = format === 'dotenv' ? [text] : splitAtDots(text);
  const refuse = (what: string, fix: string) => fail({ what, where: 'the key', fix });
  if (path.some((name) => name === ''))
    return refuse(
      `"${text}" has an empty name in it`,
      'Write names with single dots between, or \\. for a dot in a name.',
    );
  if (/\p{Cc}/u.test(text))
    return refuse('the key has a control character in it', 'Use printable characters.');
  if (path[0] === 'sops' || (format === 'dotenv' && text.startsWith('sops_'))) {
    return refuse(`"${text}" is a name that SOPS keeps for itself`, 'Use another name.');
  }
  if (format === 'dotenv' && text.includes('#'))
    return refuse(`"${text}" cannot be a key of a dotenv file`, 'Use letters, digits and "_".');
  if (format === 'binary')
    return refuse('a binary file has no keys', 'Replace it as a whole: sops encrypt --input-type binary.');
  // An INI key stands in a section; one without lies before the first header, which the format calls DEFAULT.
  if (format === 'ini') return path.length === 1 ? ['DEFAULT', ...path] : path;
  return path;
}

/** What was typed is not shown: it holds a value, most likely. */
const valueBehindKey: Problem = {
  what: 'the key has "=" in it, as if its value came behind it; a value is never given on the command line, which others can see',
  where: 'the key',
  fix: 'Pass the key alone; its value comes from the hidden prompt, standard input or --from-file=PATH. If what came behind "=" is a secret, the shell has it in its history: remove it there.',
};

const splitAtDots = (text: string): readonly string[] =>
  text.split(/(?<!\\)\./).map((name) => name.replaceAll('\\.', '.'));

/**
 * A key as `keyPath` takes it, on one line and safe for a terminal: how messages name keys. Lists have places for names.
 *
 * @param path names from the outside to the inside
 */
export function keyText(path: readonly string[], format: Format): string {
  const shown = format === 'ini' && path.length === 2 && path[0] === 'DEFAULT' ? path.slice(1) : path;
  const names = format === 'dotenv' ? shown : shown.map((name) => name.replaceAll('.', '\\.'));
  return printable(names.join('.')).replaceAll('\n', '\\u{a}');
}
