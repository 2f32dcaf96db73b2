/** What the local AWS remembers. Records are plain data and never changed in place: a change puts a new record. */

export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** One generation of a KMS key's material; the last of a key's list encrypts, all of them decrypt. */
export interface KeyMaterial {
  readonly id: string;
  /** 32 bytes, base64. */
  readonly secret: string;
  readonly createdAt: number;
  /** What made this generation; the first one came with the key. */
  readonly origin: 'CREATED' | 'ON_DEMAND';
}

export interface KeyRotation {
  readonly periodInDays: number;
  readonly enabledAt: number;
}

export interface KmsKey {
  readonly id: string;
  readonly arn: string;
  readonly description: string;
  readonly createdAt: number;
  readonly state: 'Enabled' | 'Disabled' | 'PendingDeletion' | 'PendingReplicaDeletion';
  readonly deletionAt: number | undefined;
  /** How long a primary waits once its last replica is gone; set while it is in PendingReplicaDeletion. */
  readonly deletionWindowInDays: number | undefined;
  readonly manager: 'CUSTOMER' | 'AWS';
  readonly multiRegion: boolean;
  /** The region of the key that this one is a replica of. */
  readonly primaryRegion: string | undefined;
  readonly policy: string;
  readonly tags: readonly Tag[];
  readonly materials: readonly KeyMaterial[];
  readonly rotation: KeyRotation | undefined;
}

export interface KeyAlias {
  readonly name: string;
  readonly targetKeyId: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** A secret value at rest: encrypted by a data key of its own, which the KMS key has encrypted. */
export interface EncryptedValue {
  readonly kind: 'string' | 'binary';
  /** The KMS ciphertext of the data key, base64. */
  readonly dataKey: string;
  /** Nonce, ciphertext and tag of the value under the data key, base64. */
  readonly encrypted: string;
}

export interface SecretVersion {
  readonly id: string;
  readonly createdAt: number;
  readonly lastAccessedAt: number | undefined;
  readonly stages: readonly string[];
  readonly kmsKeyId: string;
  readonly value: EncryptedValue;
}

export interface RotationRules {
  readonly automaticallyAfterDays: number | undefined;
  readonly duration: string | undefined;
  readonly scheduleExpression: string | undefined;
}

export interface SecretRotation {
  readonly enabled: boolean;
  readonly lambdaArn: string | undefined;
  readonly rules: RotationRules | undefined;
  readonly lastRotatedAt: number | undefined;
}

export interface Replica {
  readonly region: string;
  readonly kmsKeyId: string | undefined;
  readonly status: 'InSync' | 'Failed';
  readonly statusMessage: string | undefined;
}

export interface Secret {
  readonly name: string;
  readonly arn: string;
  readonly description: string | undefined;
  /** As the caller wrote it; absent means the account's aws/secretsmanager key. */
  readonly kmsKeyId: string | undefined;
  readonly createdAt: number;
  readonly changedAt: number;
  readonly lastAccessedAt: number | undefined;
  readonly deletionAt: number | undefined;
  readonly deletedAt: number | undefined;
  readonly tags: readonly Tag[];
  /** Oldest first. */
  readonly versions: readonly SecretVersion[];
  readonly resourcePolicy: string | undefined;
  readonly rotation: SecretRotation | undefined;
  /** The region of the secret that this one is a replica of, or its own if it has replicas. */
  readonly primaryRegion: string | undefined;
  readonly replicas: readonly Replica[];
}

/** One version of a parameter of SSM. */
export interface ParameterVersion {
  readonly number: number;
  readonly type: 'String' | 'StringList' | 'SecureString';
  /** The text; of a SecureString its ciphertext, base64. */
  readonly value: string;
  /** The KMS ciphertext of the data key of an advanced SecureString, base64; KMS itself encrypts standard ones. */
  readonly dataKey: string | undefined;
  /** The KMS key of a SecureString, as the caller wrote it. */
  readonly keyId: string | undefined;
  readonly modifiedAt: number;
  /** ARN of who wrote it. */
  readonly modifiedBy: string;
}

export interface Parameter {
  readonly name: string;
  readonly arn: string;
  readonly tier: 'Standard' | 'Advanced';
  readonly description: string | undefined;
  readonly tags: readonly Tag[];
  /** Oldest first. */
  readonly versions: readonly ParameterVersion[];
}

/** Credentials issued by STS. */
export interface Session {
  readonly accessKeyId: string;
  readonly account: string;
  /** ARN of the assumed-role session. */
  readonly arn: string;
  readonly userId: string;
  readonly expiresAt: number;
  /** The role's ARN, with its path. */
  readonly roleArn: string | undefined;
  /** Known only to the process that issued it, as the token is. */
  readonly secretAccessKey: string | undefined;
  readonly sessionToken: string | undefined;
  /** The session policy, as it was written. */
  readonly policy: string | undefined;
  /** Absent in sessions of a data file of an earlier version. */
  readonly issuedAt: number | undefined;
  readonly sourceIdentity: string | undefined;
  readonly tags: readonly Tag[];
  /** Which of the tags go with the session when it assumes another role. */
  readonly transitiveTagKeys: readonly string[];
  /** ARN of the identity provider that vouched for the caller. */
  readonly federatedProvider: string | undefined;
}
