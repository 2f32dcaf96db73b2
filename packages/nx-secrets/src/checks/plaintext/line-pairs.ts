import type { Pair } from './pair';

/** Longer lines are nothing that somebody typed; searching them would take its time. */
const longestLine = 20_000;
const name = String.raw`[A-Za-z_][\w.-]{0,200}`;
const assignment = new RegExp(
  String.raw`^(?:(?:export|set|setx|setenv|ENV|ARG|declare -x|-|\$env:|\?)\s*)*(["'\`]?)(${name}(?:\[[\w"'.-]{1,80}\])?)\1\s*(?::=|\?=|\+=|=>|=(?!=)|:(?=\s|$))\s*(.*)$`,
  'i',
);
const spaced = new RegExp(String.raw`^(?:ENV|setenv|setx|set -gx|set -x)\s+(${name})\s+(.+)$`, 'i');
const section = /^\[{1,2}\s*([^\][]{1,200}?)\s*\]{1,2}\s*(?:[#;].*)?$/;
const comment = /^(?:[#;!*%]|\/\/|\/\*|--|REM\s)/i;
const inline = new RegExp(
  String.raw`(?:^|[\s;,&|"'\`({])(${name})=("[^"\n]*"|'[^'\n]*'|[^\s"'\`;,&|)]+)`,
  'g',
);

/**
 * What lines give values to: dotenv, INI, TOML, properties, Dockerfiles, scripts, and texts without a known form. Comments
 * are none. The time it takes grows with the text only.
 */
export function linePairs(text: string): readonly Pair[] {
  const pairs: Pair[] = [];
  let path: readonly string[] = [];
  for (const raw of text.split(/\r?\n|\r/)) {
    if (raw.length > longestLine) continue;
    const line = raw.trim();
    if (comment.test(line)) continue;
    const [, named] = section.exec(line) ?? [];
    if (named !== undefined) path = named.split('.').map((part) => part.replaceAll(/["']/g, '').trim());
    else pairs.push(...pairsOf(line).map((pair) => ({ ...pair, path: [...path, ...pair.path] })));
  }
  return pairs;
}

function pairsOf(line: string): readonly Pair[] {
  const [, , key, value] = assignment.exec(line) ?? spacedPair(line) ?? [];
  const first: Pair[] =
    key === undefined || value === undefined ? [] : [{ path: [key], value: plainValue(value) }];
  return [...first, ...inlinePairs(line)];
}

const spacedPair = (line: string) => {
  const [whole, key, value] = spaced.exec(line) ?? [];
  return whole === undefined ? undefined : [whole, '', key, value];
};

/** `KEY=value` anywhere in a line: `ENV A=1 B=2`, `docker run -e A=1`, `A=1 npm start`. */
export const inlinePairs = (text: string): readonly Pair[] =>
  text.length > longestLine
    ? []
    : [...text.matchAll(inline)].map(([, key, value]) => ({
        path: [key ?? ''],
        value: plainValue(value ?? ''),
      }));

/** A value without its quotes, or without the comment behind it. */
export function plainValue(raw: string): string {
  const quoted = /^\s*(["'`])(.*?)\1/.exec(raw);
  if (quoted) return quoted[2] ?? '';
  return raw
    .replace(/(?:^|\s)[#;].*$/, '')
    .replace(/[,;]$/, '')
    .trim();
}
