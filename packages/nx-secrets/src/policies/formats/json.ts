import type { NamedPolicy } from '../named-policy';

/** One policy as the document itself, as the AWS CLI takes it; several as an object by name. */
export function json(policies: readonly NamedPolicy[]): string {
  const [first, ...others] = policies;
  const content =
    first && others.length === 0
      ? first.document
      : Object.fromEntries(policies.map(({ name, document }) => [name, document]));
  return `${JSON.stringify(content, null, 2)}\n`;
}
