import type { Capability } from './capability';

/** What somebody may do, in words: `reads the secret`. */
export function capabilityText(
  { access, of }: Pick<Capability, 'access' | 'of'>,
  actions: readonly string[],
): string {
  switch (access) {
    case 'read':
      return of === 'file' ? 'opens the file' : 'reads the secret';
    case 'write':
      if (actions.length > 0) return 'makes another version of the secret the current one';
      return of === 'file' ? 'encrypts for the file' : 'writes the secret';
    case 'administer':
      return `administers the ${of}: ${actions.join(', ')}`;
  }
}

/** Administrative actions are one entry; each other capability is its own. */
export const capabilityId = ({ access, of, action }: Capability): string =>
  access === 'administer' || action === undefined ? `${access} ${of}` : `${access} ${of} ${action}`;
