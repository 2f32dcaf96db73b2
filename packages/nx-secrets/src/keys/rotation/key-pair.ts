import type { Key } from '../../aws/kms/keys';

/** The two keys of a replacement that has moved the alias. */
export interface KeyPair {
  readonly key: Key;
  readonly old: Key;
}
