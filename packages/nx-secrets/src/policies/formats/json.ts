import type { NamedPolicy } from '../named-policy';
import type { NamedRole } from '../named-role';

/** One policy as the document itself, as the AWS CLI takes it; several as an object by name. */
export function json(policies: readonly NamedPolicy[], roles: readonly NamedRole[] = []): string {
  const documents = [
    ...policies.map(({ name, document }) => [name, document] as const),
    ...roles.map(({ name, trust }) => [`${name}-trust`, trust] as const),
  ];
  const [first, ...others] = documents;
  const content: unknown = first && others.length === 0 ? first[1] : Object.fromEntries(documents);
  return `${JSON.stringify(content, null, 2)}\n`;
}
