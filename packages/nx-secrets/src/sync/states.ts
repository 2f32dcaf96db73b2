import type { LabelMove } from '../aws/secrets-manager/remote-secret';
import type { EncryptedFile } from 'sops-codec';
import type { Scope } from '../aws/scope';
import type { Problem } from '../problem';
import type * as report from '../report';
import type { Names } from '../config/names';
import type { OutputForm } from '../config/options';

/** One secret file and what it should be in AWS: known without decrypting it. */
export interface Desired {
  readonly names: Names;
  /** Path of the secret file, relative to the workspace. */
  readonly path: string;
  readonly scope: Scope;
  /** ARN of the key, of its alias where it is an own one, as the file has it. */
  readonly keyArn: string;
  readonly token: string;
  readonly output: OutputForm;
  readonly file: EncryptedFile;
  /** Git does not have the file as it is. */
  readonly uncommitted: boolean;
  readonly tags: Readonly<Record<string, string>>;
  readonly description: string;
  /** Further regions that the secret is replicated to, each under the replica of its key. */
  readonly replicaRegions: readonly string[];
}

/** What is repaired on a secret without a new version. */
export interface Repairs {
  /** The secret is scheduled for deletion, and is restored. */
  readonly restore?: true;
  /** The key that the secret has instead of its own. */
  readonly key?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly description?: string;
  /** Regions where the secret's replica is missing. */
  readonly replicas?: readonly string[];
  /** Regions where it is missing and cannot be made yet: there is no replica of the key. */
  readonly withoutKey?: readonly string[];
}

/** A move of AWSCURRENT to the version of the file. */
export interface Deployment {
  /** The version that AWSCURRENT is moved from. */
  readonly from: string | undefined;
  readonly repairs: Repairs;
  /** What is deployed is somebody else's: it is replaced only where it says the same. */
  readonly compare?: true;
  /** What happens to the label of what an --overwrite replaced; absent where it stays. */
  readonly overwritten?: LabelMove;
}

/** What a sync does with one secret. */
export type Action =
  | { readonly kind: 'create' }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'repair'; readonly repairs: Repairs }
  | ({ readonly kind: 'update' } & Deployment)
  /** The version exists already: a revert, or what a killed run left staged. */
  | ({ readonly kind: 'promote' } & Deployment)
  | { readonly kind: 'refuse'; readonly problem: Problem };

/** How one secret ended. */
export type Outcome = report.Outcome<
  | 'created'
  | 'updated'
  | 'promoted'
  | 'repaired'
  | 'unchanged'
  | 'would-create'
  | 'would-update'
  | 'would-promote'
  | 'would-repair'
>;
