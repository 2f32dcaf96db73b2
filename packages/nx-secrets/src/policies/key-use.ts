import type { Conditions } from './document';
import { readableSecretArns, regionsOf, secretArns, type PolicySubject } from './subject';

/** What the key may be used for, as actions under conditions: the key policy and IAM policies say the same. */
export interface KeyUse {
  readonly actions: readonly string[];
  readonly conditions?: Conditions;
}

/** Opening the secret file: `sops` and this plugin unwrap its data key. */
export const openFile = (subject: PolicySubject): KeyUse => ({
  actions: ['kms:Decrypt'],
  conditions: ofFile(subject),
});

/** Making a secret file: `sops` and this plugin wrap a data key; KMS need not make one for them. */
export const sealFile = (subject: PolicySubject): KeyUse => ({
  actions: ['kms:Encrypt'],
  conditions: ofFile(subject),
});

/** Putting the secret file under another key: opening it with the old one, and wrapping its data key with the new one. */
export const rekeyFile = (subject: PolicySubject): KeyUse => ({
  actions: ['kms:Decrypt', 'kms:Encrypt'],
  conditions: ofFile(subject),
});

/**
 * Seeing the key by its alias: before it is made or repaired, and whether services can read what is under it. One that
 * somebody else makes is seen by its ARN, which is the resource of the statement.
 */
export const findKey = ({ names }: PolicySubject): KeyUse => ({
  actions: ['kms:DescribeKey'],
  ...(names.foreignKey ? {} : byAlias(names)),
});

const byAlias = (names: PolicySubject['names']): Pick<KeyUse, 'conditions'> => ({
  conditions: { StringEquals: { 'kms:RequestAlias': [names.keyAlias] } },
});

/** What Secrets Manager does with the key for whoever reads the secret. */
export const readSecret = (subject: PolicySubject): KeyUse => ({
  actions: ['kms:Decrypt'],
  conditions: ofSecret(subject, readableSecretArns(subject)),
});

/**
 * What Secrets Manager does with the key for whoever makes a secret, puts a value or changes the key.
 * Source: Secrets Manager User Guide, "Permissions for the KMS key"; API Reference, UpdateSecret (kms:Encrypt).
 */
export const writeSecret = (subject: PolicySubject): KeyUse => ({
  actions: ['kms:GenerateDataKey', 'kms:Decrypt', 'kms:Encrypt'],
  conditions: ofSecret(subject),
});

/** The encryption context of a secret file, as `init` writes it into `.sops.yaml`. */
const ofFile = ({ names }: PolicySubject): Conditions => ({
  StringEquals: {
    'kms:EncryptionContext:service': [names.service],
    'kms:EncryptionContext:stage': [names.stage],
  },
});

/** Only Secrets Manager on somebody's behalf, and only for this secret. Source: KMS Developer Guide, kms:ViaService. */
const ofSecret = (subject: PolicySubject, arns = secretArns(subject)): Conditions => ({
  StringEquals: { 'kms:ViaService': viaSecretsManager(subject) },
  StringLike: { 'kms:EncryptionContext:SecretARN': arns },
});

/** Secrets Manager as KMS names it, in each of the stage's regions. */
export const viaSecretsManager = (subject: PolicySubject): readonly string[] =>
  regionsOf(subject).flatMap(secretsManagerIn);

/** In China AWS's own documents name services with either ending. */
const secretsManagerIn = (region: string): readonly string[] => {
  const name = `secretsmanager.${region}.amazonaws.com`;
  return region.startsWith('cn-') ? [name, `${name}.cn`] : [name];
};
