import type { AccessKey, Directory, Entity, Role } from './directory';
import { IamError } from './iam-error';
import { parsePolicy } from './parse-policy';
import type { PolicyDocument, PolicyKind } from './policy-document';

export type CheckedIamInput =
  | { readonly kind: 'directory'; readonly directory: Directory }
  /** Each with its place: `accounts.111122223333.roles.sync.trust: …`. */
  | { readonly kind: 'problems'; readonly problems: readonly string[] };

type Members = Readonly<Record<string, unknown>>;

const entityName = /^(?:[\w+=,.@-]+\/)*[\w+=,.@-]{1,64}$/;
const accessKeyId = /^[A-Za-z0-9_]{3,128}$/;
const entityMembers = ['policies', 'boundary', 'tags'];

/**
 * Checks users, roles and policies, as data or from a file.
 * @throws IamError with every mistake and its place
 */
export function validateIamInput(input: unknown): Directory {
  const checked = checkIamInput(input);
  if (checked.kind === 'directory') return checked.directory;
  throw new IamError(checked.problems.join('; '));
}

/** Reads users and roles, or gives every mistake at once, none with the value of a secret. */
export function checkIamInput(input: unknown): CheckedIamInput {
  const accessKeys = new Map<string, AccessKey>();
  const accounts = new Set<string>();
  const users = new Map<string, Entity>();
  const roles = new Map<string, Role>();
  const problems: string[] = [];
  const wrong = (place: string, what: string): undefined => {
    problems.push(`${place === '' ? 'the IAM input' : place} ${what}`);
    return undefined;
  };

  const members = (value: unknown, place: string, known?: readonly string[]): Members => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      wrong(place, 'must be an object');
      return {};
    }
    const unknown = known === undefined ? [] : Object.keys(value).filter((name) => !known.includes(name));
    for (const name of unknown) wrong(join(place, name), `is not one of ${known?.join(', ')}`);
    return value as Members;
  };
  const optionalMembers = (value: unknown, place: string): Members =>
    value === undefined ? {} : members(value, place);

  const policy = (value: unknown, place: string, kind: PolicyKind): PolicyDocument | undefined => {
    const parsed = parsePolicy(value, kind);
    if (parsed.kind === 'policy') return parsed.policy;
    const { problem } = parsed;
    return wrong(problem.place === '' ? place : `${place}.${problem.place}`, problem.what);
  };
  const policies = (value: unknown, place: string): readonly PolicyDocument[] => {
    if (value === undefined) return [];
    if (!Array.isArray(value)) return wrong(place, 'must be a list of policies') ?? [];
    return value.flatMap((item: unknown, index) => policy(item, `${place}[${index}]`, 'identity') ?? []);
  };

  const entity = (value: Members, place: string, account: string, name: string): Entity => {
    if (!entityName.test(name)) wrong(place, 'is not a valid name, or path and name, of a user or role');
    const tags = Object.entries(optionalMembers(value['tags'], join(place, 'tags')));
    for (const [key, tag] of tags) {
      if (typeof tag !== 'string') wrong(join(place, 'tags', key), 'must be a string');
    }
    const { boundary } = value;
    return {
      account,
      name,
      policies: policies(value['policies'], join(place, 'policies')),
      boundary: boundary === undefined ? undefined : policy(boundary, join(place, 'boundary'), 'identity'),
      tags: tags.map(([key, tag]) => [key, String(tag)]),
    };
  };

  const addUser = (value: unknown, place: string, account: string, name: string): void => {
    const found = members(value, place, ['accessKeys', ...entityMembers]);
    const user = entity(found, place, account, name);
    users.set(`${account}/${name}`, user);
    const keys = Object.entries(optionalMembers(found['accessKeys'], join(place, 'accessKeys')));
    for (const [id, secret] of keys) {
      const where = join(place, 'accessKeys', id);
      if (!accessKeyId.test(id)) wrong(where, 'is not a valid access key ID: 3 to 128 letters, digits and _');
      else if (accessKeys.has(id)) wrong(where, 'is an access key ID that another user has');
      else if (typeof secret !== 'string' || secret === '')
        wrong(where, 'must be the secret access key, as a string');
      else accessKeys.set(id, { secret, user });
    }
  };

  const addRole = (value: unknown, place: string, account: string, name: string): void => {
    const found = members(value, place, ['trust', ...entityMembers]);
    const trust = policy(found['trust'], join(place, 'trust'), 'trust');
    const role = entity(found, place, account, name);
    if (trust !== undefined) roles.set(`${account}/${name}`, { ...role, trust });
  };

  const byAccount = members(members(input, '', ['accounts'])['accounts'], 'accounts');
  for (const [account, value] of Object.entries(byAccount)) {
    accounts.add(account);
    const place = join('accounts', account);
    if (!/^\d{12}$/.test(account)) wrong(place, 'must be an account ID of twelve digits');
    const found = members(value, place, ['users', 'roles']);
    for (const [kind, add] of [
      ['users', addUser],
      ['roles', addRole],
    ] as const) {
      const entities = optionalMembers(found[kind], join(place, kind));
      for (const [name, item] of Object.entries(entities)) add(item, join(place, kind, name), account, name);
    }
  }
  return problems.length === 0
    ? { kind: 'directory', directory: { accessKeys, accounts, users, roles } }
    : { kind: 'problems', problems };
}

function join(...names: readonly string[]): string {
  return names.filter((name) => name !== '').join('.');
}
