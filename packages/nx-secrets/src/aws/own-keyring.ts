import { createKeyring, type Keyring } from 'sops-codec';
import { silenceVersionWarning } from './version-warning';

/** A keyring with the identities of whoever runs this, found as `sops` finds them. */
export function ownKeyring(): Keyring {
  silenceVersionWarning();
  return createKeyring();
}
