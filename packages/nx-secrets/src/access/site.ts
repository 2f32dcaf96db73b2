import type { Grant } from '../aws/kms/key-grants';
import type { LivePolicy } from './live-policy';
import type { Place } from './request';

/** A fact, or why it is not known. */
export type Known<T> = { readonly known: true; readonly value: T } | { readonly known: false };

/** The policies of a stage's key and secret in one region. */
export interface Site {
  readonly region: string;
  /** Where the key of the file is. */
  readonly file: Place;
  /** Where the secret is, with the key that it is under. */
  readonly secret: Place;
  readonly secretExists: boolean;
  readonly fileKey: KeyRules;
  readonly secretKey: KeyRules;
  /** Without a policy of its own: the empty one. */
  readonly secretPolicy: Known<LivePolicy>;
}

/** What is known of who may use a key. */
export interface KeyRules {
  readonly policy: Known<LivePolicy>;
  /** Where they are not known, the others are still reported. */
  readonly grants: readonly Grant[];
}
