/** A secret that carries the tag `managed-by=nx-secrets`, as ListSecrets and DescribeSecret tell it. */
export interface ManagedSecret {
  readonly arn: string;
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Version id that carries AWSCURRENT. */
  readonly current: string | undefined;
  /** Day on which a value was last read, `2026-11-20` in UTC; AWS knows no more. */
  readonly lastRead: string | undefined;
  /** Day on which its deletion was scheduled. */
  readonly deleted: string | undefined;
  readonly rotation: boolean;
  /** Another AWS service that owns the secret. */
  readonly owningService: string | undefined;
  /** Region of the primary where the secret has replicas or is one. */
  readonly primaryRegion: string | undefined;
}
