import { throwProblem } from '../../problem';

/** What a part of a name can stand for. */
const placeholders = ['service', 'stage', 'key'] as const;
export type Placeholder = (typeof placeholders)[number];

/** How names of secrets or parameters are built: `/legacy/{service}/{stage}`. */
export interface NamePattern {
  readonly text: string;
  /** What every name begins with. */
  readonly prefix: string;
  readonly placeholders: ReadonlySet<Placeholder>;
}

/** What the placeholders of a pattern are in one name. */
export type NameParts = Readonly<Partial<Record<Placeholder, string>>>;

/** Names that there are, each as the pattern may have it. */
export interface KnownParts {
  readonly services: readonly string[];
  readonly stages: readonly string[];
}

/**
 * Reads a pattern.
 *
 * @param option that has it, for messages
 * @throws ProblemError for another placeholder, or one that comes twice
 */
export function readPattern(text: string, option: string): NamePattern {
  const found = [...text.matchAll(/\{([^{}]*)\}/g)].map(([, name = '']) => name);
  const known = found.flatMap((name) => placeholders.find((one) => one === name) ?? []);
  const unknown = found.find((name) => !placeholders.some((one) => one === name));
  if (unknown !== undefined || new Set(known).size < known.length) {
    throwProblem({
      code: 'unknownPlaceholder',
      what:
        unknown === undefined
          ? `the pattern "${text}" has a placeholder twice`
          : `the pattern "${text}" has the unknown placeholder {${unknown}}`,
      where: option,
      fix: 'Use {service}, {stage} and {key}, each once at most.',
    });
  }
  return { text, prefix: text.split('{', 1)[0] ?? '', placeholders: new Set(known) };
}

/**
 * Takes a name apart; undefined where it does not match. Between two placeholders there may be a hyphen, which services
 * have in their names, too: of several ways the one counts that gives a service and a stage that there are.
 */
export function partsOfName(pattern: NamePattern, name: string, known: KnownParts): NameParts | undefined {
  const ways: readonly KnownParts[] = [
    known,
    { services: [], stages: known.stages },
    { services: known.services, stages: [] },
    { services: [], stages: [] },
  ];
  for (const { services, stages } of ways) {
    const form = { service: oneOf(services), stage: oneOf(stages), key: '.+' };
    const match = formOf(pattern.text, form).exec(name);
    if (match) return { ...match.groups };
  }
  return undefined;
}

/** The pattern with what is known of the names; without placeholders it is one name. */
export function narrowed(pattern: NamePattern, parts: NameParts): NamePattern {
  const text = pattern.text.replaceAll(
    /\{(service|stage|key)\}/g,
    (placeholder, name: Placeholder) => parts[name] ?? placeholder,
  );
  const left = [...pattern.placeholders].filter((name) => parts[name] === undefined);
  return { text, prefix: text.split('{', 1)[0] ?? '', placeholders: new Set(left) };
}

function formOf(text: string, form: Readonly<Record<Placeholder, string>>): RegExp {
  const parts = text.split(/(\{(?:service|stage|key)\})/).map((part) => {
    const name = placeholders.find((one) => part === `{${one}}`);
    return name === undefined ? escaped(part) : `(?<${name}>${form[name]})`;
  });
  return new RegExp(`^${parts.join('')}$`, 's');
}

/** Longest first, so that none is taken for the beginning of another. */
const oneOf = (names: readonly string[]): string =>
  names.length === 0
    ? '[^/]+'
    : [...names]
        .sort((a, b) => b.length - a.length)
        .map(escaped)
        .join('|');

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
