import type { Format, Path } from 'sops-codec';
import { throwProblem, escapeControlCharacters, type Problem } from '../problem';
import type { ProblemCode } from '../problem-codes';

/**
 * The path of a key as a user writes it: `database.password` leads into a mapping, `servers[0].host` into a list, and a
 * name may be quoted as sops takes it (`["hosts"]["example.org"]`). A backslash takes its meaning from `.`, `[`, a quote
 * and itself. Dotenv files have no mappings: there a dot is part of the name. What looks like another notation is refused:
 * it would be stored as a name.
 *
 * @returns names of keys, and places in lists as numbers
 * @throws ProblemError for what is none of these, and for names that a secret file cannot hold
 */
export function keyPath(text: string, format: Format): Path {
  if (text.includes('=')) return throwProblem(valueBehindKey);
  if (/[\p{Cc}\p{Cs}\ufffd]/u.test(text))
    return refuse('the key contains a control character or is not valid text', 'Use printable characters.');
  if (format === 'binary')
    return refuse(
      'a binary file has no keys',
      "Replace the file, in the service's folder:\nnpx sops-codec encrypt --filename-override secrets/<stage>.enc.bin --output secrets/<stage>.enc.bin <file>",
      'noKeysInBinary',
    );
  if (/^\$?\.[^.]|^\$[.[]/.test(text)) return throwProblem(otherNotation(text));
  const path = format === 'dotenv' && !text.startsWith('[') ? [dotenvName(text)] : steps(text);
  if (path[0] === 'sops' || (format === 'dotenv' && String(path[0]).startsWith('sops_')))
    return refuse(`"${text}" is a name that SOPS reserves`, 'Use another name.', 'reservedKey');
  if (typeof path[0] === 'number')
    return refuse(`"${text}" starts with a place in a list`, 'Start with the name of the list: NAME[0].');
  if (format === 'dotenv' && path.length > 1)
    return refuse(
      `"${text}" leads into a mapping or list, which a dotenv file does not have`,
      'Use one name, as in DATABASE_PASSWORD.',
    );
  return format === 'ini' ? iniPath(path, text) : path;
}

/** An INI key is in a section; one without comes before the first header, which the format calls DEFAULT. */
function iniPath(path: Path, text: string): Path {
  if (path.length > 2 || path.some((step) => typeof step === 'number'))
    return refuse(
      `"${text}" is not a key of an INI file, which has sections with keys`,
      'Write it as SECTION.KEY; \\. is a dot in a name.',
    );
  return path.length === 1 ? ['DEFAULT', ...path] : path;
}

function dotenvName(text: string): string {
  if (text === '') return refuse('the key is an empty name', 'Pass a name, as in DATABASE_URL.');
  if (/[#[\]"'\s]/.test(text))
    return refuse(`"${text}" cannot be a key of a dotenv file`, 'Use letters, digits and "_".');
  return text;
}

/** One step: a name in quotes or a place in brackets, or a name behind a dot. Source: sops `cmd/sops/main.go`, parseTreePath */
const step =
  /\[(?:"([^"]*)"|'([^']*)'|([0-9]{1,9}))\]|(?:^|\.)(?:"([^"]+)"|((?:\\.|[^\\.[\]"'])(?:\\.|\\$|[^\\.[\]])*))(?=[.[]|$)/suy;

function steps(text: string): Path {
  const path: (string | number)[] = [];
  let at = 0;
  while (at < text.length || path.length === 0) {
    step.lastIndex = at;
    const found = step.exec(text);
    if (!found) return throwProblem(notAPath(text, at));
    const [whole, double, single, place, quoted, bare] = found;
    const name = double ?? single ?? quoted ?? (bare === undefined ? undefined : unescaped(bare));
    if (name === '') return throwProblem(emptyName(text));
    path.push(name ?? Number(place));
    at += whole.length;
  }
  return path;
}

const unescaped = (name: string): string => name.replaceAll(/\\([\\.[\]"'$])/g, '$1');

/**
 * A key as `keyPath` takes it, on one line and safe for a terminal: how messages name keys. Places in lists are names or
 * numbers.
 *
 * @param path names and places from the outside to the inside
 */
export function keyText(path: Path, format: Format): string {
  const shown = format === 'ini' && path.length === 2 && path[0] === 'DEFAULT' ? path.slice(1) : path;
  const names = format === 'dotenv' ? [shown.join('.')] : shown.map(stepText);
  return escapeControlCharacters(names.join('')).replaceAll('\n', '\\u{a}');
}

function stepText(name: string | number, index: number): string {
  if (typeof name === 'number') return `[${name}]`;
  const escaped = name.replaceAll(/\\(?=[\\.[\]"'$]|$)/g, '\\\\').replaceAll(/[.[\]]|^["']/g, '\\$&');
  if (index > 0) return `.${escaped}`;
  return escaped === '$' ? '\\$' : escaped;
}

const refuse = (what: string, fix: string, code: ProblemCode = 'badKeyPath'): never =>
  throwProblem({ code, what, where: 'the key', fix });

/** What was typed is not shown: it holds a value, most likely. */
const valueBehindKey: Problem = {
  code: 'valueInKey',
  what: 'the key contains "=", as if a value followed; values are never passed on the command line, which others can see',
  where: 'the key',
  fix: 'Pass the key alone; its value comes from the hidden prompt, standard input or --from-file=PATH. If a secret followed "=", remove it from the history of your shell.',
};

const otherNotation = (text: string): Problem => ({
  code: 'badKeyPath',
  what: `"${text}" contains an empty name: it starts like a path of jq or JSONPath`,
  where: 'the key',
  fix: 'Start with the first name: database.password, servers[0].host, or in sops notation: ["database"]["password"].',
});

const emptyName = (text: string): Problem => ({
  code: 'badKeyPath',
  what: `"${text}" contains an empty name`,
  where: 'the key',
  fix: 'Separate names with single dots, or write \\. for a dot in a name.',
});

function notAPath(text: string, at: number): Problem {
  const rest = text.slice(at);
  if (text === '' || /^\.(?:[.[]|$)/.test(rest)) return emptyName(text);
  return {
    code: 'badKeyPath',
    what: `"${text}" is not a path to a key: no name or list place starts at character ${at + 1}`,
    where: 'the key',
    fix: 'Write database.password, servers[0].host or ["hosts"]["example.org"]; a backslash makes ".", "[", "]" or a quote part of a name.',
  };
}
