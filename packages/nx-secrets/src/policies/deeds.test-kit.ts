import * as kms from '@aws-sdk/client-kms';
import * as secrets from '@aws-sdk/client-secrets-manager';
import { account, region } from './roles.test-kit';
import type { PolicySubject } from './subject';

/** A service's stage as it is in AWS. */
export interface Target {
  readonly subject: PolicySubject;
  readonly keyArn: string;
  readonly secretArn: string;
  readonly keyPolicy: string;
  readonly secretPolicy: string;
  /** The data key of the secret file, as KMS encrypted it. */
  readonly wrapped: Uint8Array;
}

/** Clients of one identity. */
export interface Hands {
  readonly kms: kms.KMSClient;
  readonly secrets: secrets.SecretsManagerClient;
}

/** What policies are asked for a deed: each must be allowed. */
export interface Ask {
  readonly action: string;
  readonly on: 'key' | 'alias' | 'secret' | 'anything';
  readonly context?: Readonly<Record<string, string | string[]>>;
}

/** Something that can be done to a service's stage. */
export interface Deed {
  readonly asks: (target: Target) => readonly Ask[];
  readonly run: (hands: Hands, target: Target) => Promise<unknown>;
}

const tagsOf = ({ subject }: Target) =>
  Object.entries({ 'managed-by': 'nx-secrets', service: subject.names.service, stage: subject.names.stage });
const fileContext = ({ subject }: Target) => ({
  service: subject.names.service,
  stage: subject.names.stage,
});
const aliasArn = ({ subject }: Target) => `arn:aws:kms:${region}:${account}:${subject.names.keyAlias}`;
const asFile = (target: Target) => ({
  ...Object.fromEntries(
    Object.entries(fileContext(target)).map(([key, value]) => [`kms:EncryptionContext:${key}`, value]),
  ),
  'kms:EncryptionContextKeys': ['service', 'stage'],
});
const byAlias = ({ subject }: Target) => ({ 'kms:RequestAlias': subject.names.keyAlias });
const tagging = (target: Target) => ({
  ...Object.fromEntries(tagsOf(target).map(([key, value]) => [`aws:RequestTag/${key}`, value])),
  'aws:TagKeys': tagsOf(target).map(([key]) => key),
});

const onKey = (action: string, context?: (target: Target) => Ask['context']) => (target: Target) => [
  { action: `kms:${action}`, on: 'key' as const, context: context?.(target) ?? {} },
];
const onSecret = (action: string) => () => [{ action: `secretsmanager:${action}`, on: 'secret' as const }];
const anywhere = (action: string) => () => [{ action, on: 'anything' as const }];
/** What Secrets Manager does with the key on the caller's behalf. */
const viaSecret =
  (action: string, ...keyActions: readonly string[]) =>
  (target: Target): readonly Ask[] => [
    { action: `secretsmanager:${action}`, on: 'secret' },
    ...keyActions.map((name) => ({
      action: `kms:${name}`,
      on: 'key' as const,
      context: {
        'kms:ViaService': `secretsmanager.${region}.amazonaws.com`,
        'kms:EncryptionContext:SecretARN': target.secretArn,
        'kms:EncryptionContext:SecretVersionId': 'any',
        'kms:EncryptionContextKeys': ['SecretARN', 'SecretVersionId'],
      },
    })),
  ];

const KeyId = ({ keyArn }: Target) => ({ KeyId: keyArn });
const SecretId = ({ secretArn }: Target) => ({ SecretId: secretArn });
const Plaintext = Buffer.alloc(32);

/** All deeds by name. Those that change something put it as it was. */
export const deeds = {
  'encrypt for the file': {
    asks: onKey('Encrypt', (target) => ({ ...asFile(target), ...byAlias(target) })),
    run: ({ kms: client }, target) =>
      client.send(
        new kms.EncryptCommand({
          KeyId: aliasArn(target),
          Plaintext,
          EncryptionContext: fileContext(target),
        }),
      ),
  },
  'open the file': {
    asks: onKey('Decrypt', (target) => ({ ...asFile(target), ...byAlias(target) })),
    run: ({ kms: client }, target) =>
      client.send(
        new kms.DecryptCommand({
          KeyId: aliasArn(target),
          CiphertextBlob: target.wrapped,
          EncryptionContext: fileContext(target),
        }),
      ),
  },
  'encrypt for no file': {
    asks: onKey('Encrypt'),
    run: ({ kms: client }, target) => client.send(new kms.EncryptCommand({ ...KeyId(target), Plaintext })),
  },
  'encrypt for another stage': {
    asks: onKey('Encrypt', (target) => ({ ...asFile(target), 'kms:EncryptionContext:stage': 'other' })),
    run: ({ kms: client }, target) =>
      client.send(
        new kms.EncryptCommand({
          ...KeyId(target),
          Plaintext,
          EncryptionContext: { ...fileContext(target), stage: 'other' },
        }),
      ),
  },
  'make a data key': {
    asks: onKey('GenerateDataKey', asFile),
    run: ({ kms: client }, target) =>
      client.send(
        new kms.GenerateDataKeyCommand({
          ...KeyId(target),
          KeySpec: 'AES_256',
          EncryptionContext: fileContext(target),
        }),
      ),
  },
  'find the key': {
    asks: onKey('DescribeKey', byAlias),
    run: ({ kms: client }, target) => client.send(new kms.DescribeKeyCommand({ KeyId: aliasArn(target) })),
  },
  'describe the key by its id': {
    asks: onKey('DescribeKey'),
    run: ({ kms: client }, target) => client.send(new kms.DescribeKeyCommand(KeyId(target))),
  },
  'read the key policy': {
    asks: onKey('GetKeyPolicy'),
    run: ({ kms: client }, target) => client.send(new kms.GetKeyPolicyCommand(KeyId(target))),
  },
  'change the key policy': {
    asks: onKey('PutKeyPolicy'),
    run: ({ kms: client }, target) =>
      client.send(new kms.PutKeyPolicyCommand({ ...KeyId(target), Policy: target.keyPolicy })),
  },
  'let the key rotate': {
    asks: onKey('EnableKeyRotation'),
    run: ({ kms: client }, target) => client.send(new kms.EnableKeyRotationCommand(KeyId(target))),
  },
  'tag the key': {
    asks: onKey('TagResource', tagging),
    run: ({ kms: client }, target) =>
      client.send(
        new kms.TagResourceCommand({
          ...KeyId(target),
          Tags: tagsOf(target).map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
        }),
      ),
  },
  'disable the key': {
    asks: onKey('DisableKey'),
    run: ({ kms: client }, target) => client.send(new kms.DisableKeyCommand(KeyId(target))),
  },
  'read the secret': {
    asks: viaSecret('GetSecretValue', 'Decrypt'),
    run: ({ secrets: client }, target) => client.send(new secrets.GetSecretValueCommand(SecretId(target))),
  },
  'describe the secret': {
    asks: onSecret('DescribeSecret'),
    run: ({ secrets: client }, target) => client.send(new secrets.DescribeSecretCommand(SecretId(target))),
  },
  'list the versions of the secret': {
    asks: onSecret('ListSecretVersionIds'),
    run: ({ secrets: client }, target) =>
      client.send(new secrets.ListSecretVersionIdsCommand(SecretId(target))),
  },
  'put a value': {
    asks: viaSecret('PutSecretValue', 'GenerateDataKey'),
    run: ({ secrets: client }, target) =>
      client.send(
        new secrets.PutSecretValueCommand({
          ...SecretId(target),
          SecretString: 'probe',
          VersionStages: ['probe'],
        }),
      ),
  },
  'move a label': {
    asks: onSecret('UpdateSecretVersionStage'),
    run: async ({ secrets: client }, target) =>
      client.send(
        new secrets.UpdateSecretVersionStageCommand({
          ...SecretId(target),
          VersionStage: 'moved',
          MoveToVersionId: '00000000-0000-0000-0000-000000000000',
        }),
      ),
  },
  'describe the secret again': {
    asks: onSecret('UpdateSecret'),
    run: ({ secrets: client }, target) =>
      client.send(new secrets.UpdateSecretCommand({ ...SecretId(target), Description: 'probe' })),
  },
  'tag the secret': {
    asks: (target) => [{ action: 'secretsmanager:TagResource', on: 'secret', context: tagging(target) }],
    run: ({ secrets: client }, target) =>
      client.send(
        new secrets.TagResourceCommand({
          ...SecretId(target),
          Tags: tagsOf(target).map(([Key, Value]) => ({ Key, Value })),
        }),
      ),
  },
  'take the secret back': {
    asks: onSecret('RestoreSecret'),
    run: ({ secrets: client }, target) => client.send(new secrets.RestoreSecretCommand(SecretId(target))),
  },
  'delete the secret': {
    asks: onSecret('DeleteSecret'),
    run: ({ secrets: client }, target) =>
      client.send(new secrets.DeleteSecretCommand({ ...SecretId(target), RecoveryWindowInDays: 30 })),
  },
  'read the secret policy': {
    asks: onSecret('GetResourcePolicy'),
    run: ({ secrets: client }, target) => client.send(new secrets.GetResourcePolicyCommand(SecretId(target))),
  },
  'change the secret policy': {
    asks: onSecret('PutResourcePolicy'),
    run: ({ secrets: client }, target) =>
      client.send(
        new secrets.PutResourcePolicyCommand({
          ...SecretId(target),
          ResourcePolicy: target.secretPolicy,
          BlockPublicPolicy: true,
        }),
      ),
  },
  'list all keys': {
    asks: anywhere('kms:ListKeys'),
    run: ({ kms: client }) => client.send(new kms.ListKeysCommand({})),
  },
  'list all secrets': {
    asks: anywhere('secretsmanager:ListSecrets'),
    run: ({ secrets: client }) => client.send(new secrets.ListSecretsCommand({})),
  },
} as const satisfies Readonly<Record<string, Deed>>;

/** The name of a deed. */
export type DeedName = keyof typeof deeds;
