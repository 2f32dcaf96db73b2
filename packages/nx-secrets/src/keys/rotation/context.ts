import type { Clients } from '../../aws/clients';
import type { FileOfKey } from './re-encrypt';

/** What replacing a key needs. */
export interface RotationContext {
  /** Clients of the stage's account and role, in the key's region or another. */
  readonly clientsIn: (region: string) => Clients;
  readonly file: FileOfKey;
}
