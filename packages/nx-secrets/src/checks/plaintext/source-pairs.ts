import type { Pair } from './pair';

const longestText = 20_000;
const name = String.raw`[A-Za-z_$][\w.-]{0,120}`;
/** Text in quotes, with its prefix (`r"…"`): its first line. A type that is one of several texts is not a value. */
const literal = String.raw`(?:[rbufRBUF]{1,2}|@|new\s+\w{1,40}\(|String\.raw)?(?<quote>"""|'''|["'\`])\n?(?<value>(?:\\.|(?!\k<quote>)[^\\\n]){1,8000})(?=\k<quote>(?!\s{0,4}\|\s{0,4}["'])|\n|$)`;
const sign = String.raw`(?::=|\?\?=|\|\|=|\?=|\+=|=>|=(?![=>~]))`;
const assigned = new RegExp(
  String.raw`(?<![\w$])["'\`]?(${name})["'\`]?\]?\s{0,20}(?:${sign}|:(?!=))\s{0,20}${literal}`,
  'g',
);
/** With a type between: `KEY: string = `, `KEY string = `. */
const typed = new RegExp(
  String.raw`(?<![\w$])(${name})[ \t]{0,4}[: ][ \t]{0,4}[&\w.'<>[\]| ]{1,60}=(?![=>~])\s{0,20}${literal}`,
  'g',
);
/** What a variable is taken for where it is not set: `process.env.KEY ?? 'value'`, `getenv("KEY", "value")`. */
const fallback = new RegExp(
  String.raw`(?<![\w$])(${name})["'\`]?\]?\)?\s{0,4}(?:\?\?|\|\||\?:|\bor\b)\s{0,20}${literal}`,
  'g',
);
const called = new RegExp(
  String.raw`(?:env(?:iron)?(?:\.get|\.fetch|\.setdefault|_or)?|property|\.put|\.set|define|var)\s{0,4}\(\s{0,20}["'\`](${name})["'\`]\s{0,20},\s{0,20}${literal}`,
  'gi',
);
/** `name: KEY, value: text` in whatever notation: Kubernetes, ECS, Terraform, XML. */
const named = new RegExp(
  String.raw`\b(?:name|key)["']?\s{0,8}[:=]\s{0,8}["']?(${name})["']?[\s,;]{1,80}["']?value["']?\s{0,8}[:=]\s{0,8}${literal}`,
  'gi',
);
/** `<KEY>text</KEY>`. */
const element = new RegExp(String.raw`<(${name})>(?<value>[^<>\n]{1,2000})</`, 'g');
/** `variable "key" { default = "text" }`, as Terraform writes it. */
const variable = new RegExp(
  String.raw`\bvariable\s{1,8}"(${name})"\s{0,8}\{[^{}]{0,2000}?\bdefault\s{0,40}=\s{0,8}${literal}`,
  'g',
);

/** What source code gives values to: text in quotes only; a name by itself, a type and a call are no values. */
export function sourcePairs(text: string): readonly Pair[] {
  const bounded = text
    .split('\n')
    .map((line) => (line.length > longestText ? '' : line))
    .join('\n');
  return [assigned, typed, called, named, element, variable].flatMap((pattern) => pairsBy(pattern, bounded));
}

/** What source code falls back to where a variable is not set. */
export const fallbackPairs = (text: string): readonly Pair[] => pairsBy(fallback, text);

function pairsBy(pattern: RegExp, text: string): readonly Pair[] {
  return [...text.matchAll(pattern)].map(({ 1: key, groups }) => ({
    path: (key ?? '').split('.').slice(-3),
    value: groups?.['value'] ?? '',
  }));
}
