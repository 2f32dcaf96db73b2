import type { PolicyKind } from './policy-kind';
import type { PolicySubject } from './subject';

/**
 * The roles and users that an IAM policy of a kind is for, as ARNs; undefined where nx.json does not say, or names nobody.
 */
export function holdersOf(kind: PolicyKind, subject: PolicySubject): readonly string[] | undefined {
  const named = [...new Set(namedHolders(kind, subject))];
  return named.length === 0 ? undefined : named;
}

function namedHolders(kind: PolicyKind, { principals, roles }: PolicySubject): readonly string[] {
  switch (kind) {
    case 'sync':
      return principals?.sync ?? one(roles.sync);
    case 'developer':
      return [...(principals?.encrypt ?? []), ...(principals?.decrypt ?? [])];
    case 'runtime':
      return principals?.runtime ?? [];
    case 'provision':
      return roles.provision === undefined ? (principals?.administrators ?? []) : [roles.provision];
    case 'rotate':
    case 'prune':
      return principals !== undefined && principals[kind].length > 0 ? principals[kind] : one(roles[kind]);
    case 'audit':
    case 'key':
    case 'secret':
      return [];
  }
}

const one = (role: string | undefined): readonly string[] => (role === undefined ? [] : [role]);

/**
 * Whether one identity is expected to hold the policies of all services where nx.json names none: pipelines serve all,
 * services run under roles of their own, and who works on what is not known.
 */
export const isShared = (kind: PolicyKind | 'assume'): boolean =>
  kind !== 'runtime' && kind !== 'developer' && kind !== 'assume';
