import { contextValue, type RequestContext } from './request-context';

/** A piece of a pattern: text, `?` (one character) or `*` (any number of them). */
type Token = { readonly text: string } | 'one' | 'any';

/** A pattern whose policy variables are filled in. */
export type Pattern = readonly Token[];

const wildcards = /[*?]/g;
const variablesToo = /\$\{([^}]*)\}|[*?]/g;

/**
 * Reads a pattern of a policy: wildcards, variables (`${aws:username}`, with a default: `${key, 'default'}`) and the
 * escapes `${*}`, `${?}` and `${$}`. What a variable stands for is text: wildcards in it mean themselves.
 * @returns `undefined` where a variable has no single value: such a pattern matches nothing
 */
export function readPattern(
  written: string,
  context: RequestContext,
  variables: boolean,
): Pattern | undefined {
  const tokens: Token[] = [];
  let end = 0;
  for (const match of written.matchAll(variables ? variablesToo : wildcards)) {
    const [piece, inside] = match;
    tokens.push({ text: written.slice(end, match.index) });
    end = match.index + piece.length;
    if (inside === undefined) {
      tokens.push(piece === '*' ? 'any' : 'one');
      continue;
    }
    const value = variableValue(inside, context);
    if (value === undefined) return undefined;
    tokens.push({ text: value });
  }
  return [...tokens, { text: written.slice(end) }];
}

function variableValue(inside: string, context: RequestContext): string | undefined {
  if (inside === '*' || inside === '?' || inside === '$') return inside;
  const [, key = '', fallback] = /^(.*?)(?:,\s*'(.*)')?$/s.exec(inside) ?? [];
  const value = contextValue(context, key.trim());
  return typeof value === 'string' ? value : value === undefined ? fallback : undefined;
}

/** The text that a pattern is where wildcards have no meaning, as in `StringEquals`. */
export function literal(pattern: Pattern): string {
  return pattern.map((token) => (token === 'any' ? '*' : token === 'one' ? '?' : token.text)).join('');
}

/** Whether a text is one of those that a pattern stands for. Takes time in proportion to both lengths, at worst. */
export function matchesPattern(pattern: Pattern, value: string): boolean {
  const wanted = pattern.flatMap((token) =>
    typeof token === 'string' ? [token] : [...token.text].map(text),
  );
  const characters = [...value];
  let at = 0;
  let star: { readonly pattern: number; value: number } | undefined;
  for (let index = 0; index < characters.length;) {
    const token = wanted[at];
    if (token === 'any') {
      star = { pattern: at + 1, value: index };
      at += 1;
    } else if (token === 'one' || (token !== undefined && token.text === characters[index])) {
      at += 1;
      index += 1;
    } else if (star !== undefined) {
      star.value += 1;
      index = star.value;
      at = star.pattern;
    } else {
      return false;
    }
  }
  return wanted.slice(at).every((token) => token === 'any');
}

function text(character: string): Token {
  return { text: character };
}

/** Whether an action is one that a pattern of a policy names; actions have no case and no variables. */
export function matchesAction(written: string, action: string): boolean {
  if (written === '*') return true;
  const pattern = readPattern(written.toLowerCase(), new Map(), false);
  return pattern !== undefined && matchesPattern(pattern, action.toLowerCase());
}

/**
 * Whether an ARN is one that a pattern names: the six parts one by one, so that no wildcard reaches over a colon of
 * the first five. ARNs have case. Missing parts at the end of a pattern are `*`.
 * @returns `undefined` where a variable in the pattern has no value
 */
export function matchesArn(
  written: string,
  arn: string,
  context: RequestContext,
  variables: boolean,
): boolean | undefined {
  if (written === '*') return true;
  const parts = arnParts(arn);
  const wanted = arnParts(written).map((part) => readPattern(part, context, variables));
  while (wanted.length < 6) wanted.push(['any']);
  if (wanted.includes(undefined)) return undefined;
  return (
    parts.length === 6 &&
    wanted.every((pattern, index) => pattern !== undefined && matchesPattern(pattern, parts[index] ?? ''))
  );
}

/** The parts of an ARN between its first five colons; a colon inside `${…}` divides nothing. */
function arnParts(arn: string): string[] {
  const parts: string[] = [];
  let rest = arn;
  while (parts.length < 5) {
    const part = /^(?:\$\{[^}]*\}|[^:])*(?=:)/s.exec(rest)?.[0];
    if (part === undefined) break;
    parts.push(part);
    rest = rest.slice(part.length + 1);
  }
  return [...parts, rest];
}
