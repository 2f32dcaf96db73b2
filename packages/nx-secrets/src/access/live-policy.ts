/** Patterns of which one has to match, or none where they are negated (`NotAction`). */
export interface Patterns {
  readonly negated: boolean;
  readonly patterns: readonly string[];
}

/** Whom a statement of a key's or a secret's policy is about. */
export interface Principals {
  readonly negated: boolean;
  readonly names: readonly PrincipalName[];
}

/** A principal by its kind: `AWS` (accounts, roles, users, `*`), `Service`, `Federated`. */
export interface PrincipalName {
  readonly kind: string;
  readonly id: string;
}

/** One condition: an operator, a condition key in lower case, the values. */
export interface Condition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

/** A statement of a policy that somebody else wrote, as far as it says who may do what. */
export interface LiveStatement {
  /** Its Sid, or where it has none "statement 3". */
  readonly name: string;
  readonly effect: 'Allow' | 'Deny';
  /** Absent in a policy of a role or user. */
  readonly principals?: Principals;
  /** In lower case: actions have no case. */
  readonly actions: Patterns;
  readonly resources: Patterns;
  readonly conditions: readonly Condition[];
}

/** A policy as it was read: statements, and the names of those that cannot be read. */
export interface LivePolicy {
  readonly statements: readonly LiveStatement[];
  readonly unreadable: readonly string[];
  /** The statements about an action, where they were looked for: an account has thousands of policies. */
  readonly byAction?: ReadonlyMap<string, readonly LiveStatement[]>;
}

/**
 * Reads a policy that AWS answered with.
 *
 * @param kind whether its statements name principals
 * @param limit the most characters that AWS takes of such a policy: a longer one is not AWS's, and is not looked at
 * @returns what is wrong with it, as text, where it is not a policy
 */
export function readPolicy(text: string, kind: 'resource' | 'identity', limit: number): LivePolicy | string {
  if (text.length > limit) return `it has ${text.length} characters, and AWS takes ${limit} at most`;
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return 'it is not JSON';
  }
  if (!isObject(document) || !Object.hasOwn(document, 'Statement')) return 'it has no statements';
  const statements: LiveStatement[] = [];
  const unreadable: string[] = [];
  for (const [index, raw] of asList(document['Statement']).entries()) {
    const name = nameOf(raw, index);
    const statement = readStatement(raw, name);
    if (statement && (statement.principals !== undefined) === (kind === 'resource'))
      statements.push(statement);
    else unreadable.push(name);
  }
  return { statements, unreadable };
}

/** A policy without a statement. */
export const emptyPolicy: LivePolicy = { statements: [], unreadable: [] };

const nameOf = (raw: unknown, index: number): string =>
  isObject(raw) && typeof raw['Sid'] === 'string' && raw['Sid'] !== ''
    ? raw['Sid'].slice(0, 200)
    : `statement ${index + 1}`;

function readStatement(raw: unknown, name: string): LiveStatement | undefined {
  if (!isObject(raw)) return undefined;
  const effect = raw['Effect'];
  const actions = readPatterns(raw, 'Action', 'NotAction');
  const resources = readPatterns(raw, 'Resource', 'NotResource') ?? { negated: false, patterns: ['*'] };
  const principals = readPrincipals(raw);
  const conditions = readConditions(raw['Condition']);
  if ((effect !== 'Allow' && effect !== 'Deny') || !actions || !conditions || principals === 'unreadable')
    return undefined;
  return {
    name,
    effect,
    actions: { ...actions, patterns: actions.patterns.map((action) => action.toLowerCase()) },
    resources,
    conditions,
    ...(principals === undefined ? {} : { principals }),
  };
}

function readPatterns(
  raw: Readonly<Record<string, unknown>>,
  name: string,
  negated: string,
): Patterns | undefined {
  const given = raw[name] ?? raw[negated];
  const patterns = texts(given);
  return patterns && patterns.length > 0 ? { negated: raw[name] === undefined, patterns } : undefined;
}

function readPrincipals(raw: Readonly<Record<string, unknown>>): Principals | undefined | 'unreadable' {
  const given = raw['Principal'] ?? raw['NotPrincipal'];
  if (given === undefined) return undefined;
  const negated = raw['Principal'] === undefined;
  if (typeof given === 'string') return { negated, names: [{ kind: 'AWS', id: given }] };
  if (!isObject(given)) return 'unreadable';
  const names: PrincipalName[] = [];
  for (const [kind, ids] of Object.entries(given)) {
    const list = texts(ids);
    if (!list) return 'unreadable';
    names.push(...list.map((id) => ({ kind, id })));
  }
  return { negated, names };
}

function readConditions(raw: unknown): readonly Condition[] | undefined {
  if (raw === undefined) return [];
  if (!isObject(raw)) return undefined;
  const conditions: Condition[] = [];
  for (const [operator, keys] of Object.entries(raw)) {
    if (!isObject(keys)) return undefined;
    for (const [key, given] of Object.entries(keys)) {
      const values = texts(given);
      if (!values) return undefined;
      conditions.push({ operator, key: key.toLowerCase(), values });
    }
  }
  return conditions;
}

/** Texts, one or a list; numbers and booleans are texts to AWS. */
function texts(given: unknown): readonly string[] | undefined {
  const list = asList(given);
  return list.every((one) => ['string', 'number', 'boolean'].includes(typeof one))
    ? list.map(String)
    : undefined;
}

const asList = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? (value as unknown[]) : [value];

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
