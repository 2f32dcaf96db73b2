import type { ReplicaState } from '../answer';

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
  /** Its own replicas by region, each with its key as the secret has one; for one that failed, what AWS says of it. */
  readonly replicas: ReadonlyMap<string, Partial<ReplicaState>>;
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

/** Where a label goes: from the version that has it, to another one or away. */
export interface LabelMove {
  readonly from: string | undefined;
  readonly to: string | undefined;
}
