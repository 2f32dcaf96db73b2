import {
  type Condition,
  conditionOperators,
  type Listed,
  type PolicyDocument,
  type PolicyKind,
  type PolicyPrincipal,
  type Statement,
} from './policy-document';

/** Where in a policy something is wrong, and what. */
export interface PolicyProblem {
  /** As in JavaScript: `Statement[0].Effect`. */
  readonly place: string;
  readonly what: string;
}

export type ParsedPolicy =
  | { readonly kind: 'policy'; readonly policy: PolicyDocument }
  | { readonly kind: 'malformed'; readonly problem: PolicyProblem };

/** Thrown inside this file only. */
class Malformed extends Error {
  readonly place: string;

  constructor(place: string, what: string) {
    super(what);
    this.place = place;
  }
}

const versions = ['2012-10-17', '2008-10-17'];
const documentElements = ['Version', 'Id', 'Statement'];
const statementElements = ['Sid', 'Effect', 'Principal', 'NotPrincipal', 'Action', 'NotAction'].concat(
  'Resource',
  'NotResource',
  'Condition',
);
const principalKinds = ['AWS', 'Federated', 'Service', 'CanonicalUser'] as const;
const actionForm = /^(?:\*|[a-z0-9-]+:[a-z0-9*?]+)$/i;

/** Reads policy text. Gives the first mistake where it is not a policy. */
export function parsePolicyText(text: string, kind: PolicyKind): ParsedPolicy {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: 'malformed', problem: { place: '', what: 'it is not JSON' } };
  }
  return parsePolicy(value, kind);
}

/**
 * Checks a policy that is already data, by the grammar of IAM policies
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html).
 */
export function parsePolicy(value: unknown, kind: PolicyKind): ParsedPolicy {
  try {
    const document = record(value, '');
    onlyElements(document, documentElements, '');
    const version = document['Version'] ?? '2008-10-17';
    if (typeof version !== 'string' || !versions.includes(version)) {
      throw new Malformed('Version', `must be one of ${versions.join(', ')}`);
    }
    const single = !Array.isArray(document['Statement']);
    const statements = listOf(document['Statement'], 'Statement').map((item, index) =>
      statement(item, single ? 'Statement' : `Statement[${index}]`, kind),
    );
    return { kind: 'policy', policy: { variables: version === versions[0], statements } };
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return { kind: 'malformed', problem: { place: error.place, what: error.message } };
  }
}

function statement(value: unknown, place: string, kind: PolicyKind): Statement {
  const elements = record(value, place);
  onlyElements(elements, statementElements, place);
  const effect = elements['Effect'];
  if (effect !== 'Allow' && effect !== 'Deny')
    throw new Malformed(`${place}.Effect`, 'must be Allow or Deny');

  const principals = listed(elements, 'Principal', place, principalsOf);
  if ((kind === 'identity') !== (principals === undefined)) {
    const what = kind === 'identity' ? 'is not allowed in an identity policy' : 'is missing';
    throw new Malformed(`${place}.Principal`, what);
  }
  const actions = listed(elements, 'Action', place, actionsOf);
  if (actions === undefined) throw new Malformed(`${place}.Action`, 'is missing');
  const resources = listed(elements, 'Resource', place, resourcesOf);
  if ((kind === 'trust') !== (resources === undefined)) {
    const what = kind === 'trust' ? 'is not allowed in a trust policy' : 'is missing';
    throw new Malformed(`${place}.Resource`, what);
  }
  const conditions = conditionsOf(elements['Condition'], `${place}.Condition`);
  return { effect, principals, actions, resources, conditions };
}

/** An element or its opposite; `undefined` where the statement has neither. */
function listed<T>(
  elements: Readonly<Record<string, unknown>>,
  name: string,
  place: string,
  read: (value: unknown, place: string) => readonly T[],
): Listed<T> | undefined {
  const opposite = `Not${name}`;
  if (elements[name] !== undefined && elements[opposite] !== undefined) {
    throw new Malformed(`${place}.${opposite}`, `cannot be combined with ${name}`);
  }
  const negated = elements[opposite] !== undefined;
  const written = negated ? opposite : name;
  if (elements[written] === undefined) return undefined;
  return { all: read(elements[written], `${place}.${written}`), negated };
}

function principalsOf(value: unknown, place: string): readonly PolicyPrincipal[] {
  if (value === '*') return [{ kind: 'Everyone', value }];
  const byKind = record(value, place);
  onlyElements(byKind, principalKinds, place);
  const found = principalKinds.flatMap((kind) =>
    byKind[kind] === undefined
      ? []
      : texts(byKind[kind], `${place}.${kind}`).map((item): PolicyPrincipal => principal(kind, item)),
  );
  if (found.length === 0) throw new Malformed(place, 'must name a principal');
  return found;
}

function principal(kind: (typeof principalKinds)[number], value: string): PolicyPrincipal {
  return kind === 'AWS' && value === '*' ? { kind: 'Everyone', value } : { kind, value };
}

function actionsOf(value: unknown, place: string): readonly string[] {
  const actions = texts(value, place);
  const wrong = actions.find((item) => !actionForm.test(item));
  if (wrong !== undefined) throw new Malformed(place, `must be like kms:Decrypt, not ${wrong}`);
  return actions;
}

function resourcesOf(value: unknown, place: string): readonly string[] {
  const resources = texts(value, place);
  const wrong = resources.find((item) => item !== '*' && !item.startsWith('arn:'));
  if (wrong !== undefined) throw new Malformed(place, `must be an ARN or *, not ${wrong}`);
  return resources;
}

function conditionsOf(value: unknown, place: string): readonly Condition[] {
  if (value === undefined) return [];
  return Object.entries(record(value, place)).flatMap(([operator, keys]) => {
    const form = operatorForm(operator, `${place}.${operator}`);
    return Object.entries(record(keys, `${place}.${operator}`)).map(([key, values]): Condition => {
      return { ...form, key, values: texts(values, `${place}.${operator}.${key}`) };
    });
  });
}

function operatorForm(
  written: string,
  place: string,
): Pick<Condition, 'operator' | 'quantifier' | 'ifExists'> {
  const [, prefix, name = '', suffix] =
    /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/i.exec(written) ?? [];
  const operator = conditionOperators.find((item) => item === name.toLowerCase());
  if (operator === undefined) throw new Malformed(place, 'is not a condition operator');
  const quantifier = (['ForAllValues', 'ForAnyValue'] as const).find(
    (item) => item.toLowerCase() === prefix?.toLowerCase(),
  );
  return { operator, quantifier, ifExists: suffix !== undefined };
}

/** One text or a list of them; numbers and booleans, which AWS takes too, become text. */
function texts(value: unknown, place: string): readonly string[] {
  return listOf(value, place).map((item) => {
    if (typeof item === 'string') return item;
    if (typeof item === 'number' || typeof item === 'boolean') return String(item);
    throw new Malformed(place, 'must be a string or a list of strings');
  });
}

function listOf(value: unknown, place: string): readonly unknown[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (value === undefined) throw new Malformed(place, 'is missing');
  if (list.length === 0) throw new Malformed(place, 'must not be empty');
  return list;
}

function record(value: unknown, place: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Malformed(place, 'must be an object');
  }
  return value as Readonly<Record<string, unknown>>;
}

function onlyElements(
  value: Readonly<Record<string, unknown>>,
  known: readonly string[],
  place: string,
): void {
  const unknown = Object.keys(value).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new Malformed(place === '' ? unknown : `${place}.${unknown}`, `is not one of ${known.join(', ')}`);
}
