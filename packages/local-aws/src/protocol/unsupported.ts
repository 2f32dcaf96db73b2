import { validationError } from './aws-error';
import type { Reader } from './readers';

/**
 * Refuses members of a request that local-aws does not evaluate although they decide what is allowed or answered: to
 * ignore them would allow more than AWS does.
 * @param members values by name, each with the reason
 * @throws AwsError ValidationException for the first that has a value
 */
export function assertNotGiven(
  members: Readonly<Record<string, readonly [value: unknown, reason: string]>>,
): void {
  for (const [name, [value, reason]] of Object.entries(members)) {
    const given = value !== undefined && !(Array.isArray(value) && value.length === 0);
    if (given) throw validationError(`local-aws does not support ${name}: ${reason}.`);
  }
}

/** A member that AWS has and local-aws refuses. Throws AwsError ValidationException where it is given. */
export function unsupported(reason: string): Reader<undefined> {
  return (value, path) => {
    const given = value !== undefined && value !== null;
    assertNotGiven({ [path.charAt(0).toUpperCase() + path.slice(1)]: [given ? value : undefined, reason] });
    return undefined;
  };
}
