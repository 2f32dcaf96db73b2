import type { EncryptedFile } from 'sops-codec';
import type { Scope } from '../aws/scope';
import type { Problem } from '../problem';
import type * as report from '../report/report';
import type { Names } from '../workspace/names';
import type { OutputForm } from '../workspace/options';

/** One secret file and what it should be in AWS: known without decrypting it. */
export interface Desired {
  readonly names: Names;
  /** Path of the secret file, relative to the workspace. */
  readonly path: string;
  readonly scope: Scope;
  /** ARN of the key alias, as the file has it. */
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

/** What DescribeSecret says of a secret. */
export interface RemoteSecret {
  readonly kind: 'present';
  readonly arn: string;
  /** Key as the secret names it: an ARN, an alias or a key id; absent for the account's default key. */
  readonly kmsKeyId: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly description: string | undefined;
  readonly deletion: 'none' | 'scheduled';
  readonly rotation: boolean;
  /** Another AWS service that owns the secret. */
  readonly owningService: string | undefined;
  /** The region of the secret that this one is a replica of. */
  readonly replicaOf: string | undefined;
  /** Its own replicas by region; for one that failed, what AWS says of it. */
  readonly replicas: ReadonlyMap<string, { readonly failure?: string }>;
  /** Version id that carries AWSCURRENT. */
  readonly current: string | undefined;
  /** Version id that carries AWSPREVIOUS. */
  readonly previous: string | undefined;
  /** When AWS says that anything of it was changed last, a label or a tag included. */
  readonly changed?: Date | undefined;
  /** Version id that was staged last. */
  readonly staged?: string | undefined;
  /** Version id that an --overwrite replaced last, until the next push. */
  readonly overwritten?: string | undefined;
  readonly versions: ReadonlySet<string>;
}

export type Remote = { readonly kind: 'absent' } | RemoteSecret;

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

/** Where a label goes: from the version that has it, to another one or away. */
export interface LabelMove {
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/** A move of AWSCURRENT to the version of the file. */
export interface Deployment {
  /** The version that AWSCURRENT is moved from. */
  readonly from: string | undefined;
  readonly repairs: Repairs;
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
