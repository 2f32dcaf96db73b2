import type { Caller } from '../../aws/caller';
import type { Scope } from '../../aws/scope';
import type { AwsSession } from '../../aws/session';

/** How a key is rotated. */
export interface KeyRotation {
  /** The account of whoever runs this. */
  readonly account: Caller['account'];
  readonly sessionFor: (scope: Scope) => AwsSession;
  /** The key of now leaked: it is replaced in any case, goes at once, and the values are to be changed. */
  readonly revoke: boolean;
  /** Revisions in Git's history count as needing the old key. */
  readonly history: boolean;
  /** Days in which the deletion of the old key can be cancelled. */
  readonly window: number;
}
