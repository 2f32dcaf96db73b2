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
export interface ActorClients {
  readonly kms: kms.KMSClient;
  readonly secrets: secrets.SecretsManagerClient;
}

/** What policies are asked for an action: each must be allowed. */
export interface AuthorizationRequest {
  readonly action: string;
  readonly on: 'key' | 'alias' | 'secret' | 'anything';
  readonly context?: Readonly<Record<string, string | string[]>>;
}

/** Something that can be done to a service's stage. */
export interface Action {
  readonly requests: (target: Target) => readonly AuthorizationRequest[];
  readonly run: (clients: ActorClients, target: Target) => Promise<unknown>;
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

const onKey =
  (action: string, context?: (target: Target) => AuthorizationRequest['context']) => (target: Target) => [
    { action: `kms:${action}`, on: 'key' as const, context: context?.(target) ?? {} },
  ];
const onSecret = (action: string) => () => [{ action: `secretsmanager:${action}`, on: 'secret' as const }];
const anywhere = (action: string) => () => [{ action, on: 'anything' as const }];
/** What Secrets Manager does with the key on the caller's behalf. */
const viaSecret =
  (action: string, ...keyActions: readonly string[]) =>
  (target: Target): readonly AuthorizationRequest[] => [
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

/** All actions by name. Those that change something put it as it was. */
export const actions = {
  'encrypt for the file': {
    requests: onKey('Encrypt', (target) => ({ ...asFile(target), ...byAlias(target) })),
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
    requests: onKey('Decrypt', (target) => ({ ...asFile(target), ...byAlias(target) })),
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
    requests: onKey('Encrypt'),
    run: ({ kms: client }, target) => client.send(new kms.EncryptCommand({ ...KeyId(target), Plaintext })),
  },
  'encrypt for another stage': {
    requests: onKey('Encrypt', (target) => ({ ...asFile(target), 'kms:EncryptionContext:stage': 'other' })),
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
    requests: onKey('GenerateDataKey', asFile),
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
    requests: onKey('DescribeKey', byAlias),
    run: ({ kms: client }, target) => client.send(new kms.DescribeKeyCommand({ KeyId: aliasArn(target) })),
  },
  'describe the key by its id': {
    requests: onKey('DescribeKey'),
    run: ({ kms: client }, target) => client.send(new kms.DescribeKeyCommand(KeyId(target))),
  },
  'read the key policy': {
    requests: onKey('GetKeyPolicy'),
    run: ({ kms: client }, target) => client.send(new kms.GetKeyPolicyCommand(KeyId(target))),
  },
  'change the key policy': {
    requests: onKey('PutKeyPolicy'),
    run: ({ kms: client }, target) =>
      client.send(new kms.PutKeyPolicyCommand({ ...KeyId(target), Policy: target.keyPolicy })),
  },
  'let the key rotate': {
    requests: onKey('EnableKeyRotation'),
    run: ({ kms: client }, target) => client.send(new kms.EnableKeyRotationCommand(KeyId(target))),
  },
  'tag the key': {
    requests: onKey('TagResource', tagging),
    run: ({ kms: client }, target) =>
      client.send(
        new kms.TagResourceCommand({
          ...KeyId(target),
          Tags: tagsOf(target).map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
        }),
      ),
  },
  'disable the key': {
    requests: onKey('DisableKey'),
    run: ({ kms: client }, target) => client.send(new kms.DisableKeyCommand(KeyId(target))),
  },
  'read the secret': {
    requests: viaSecret('GetSecretValue', 'Decrypt'),
    run: ({ secrets: client }, target) => client.send(new secrets.GetSecretValueCommand(SecretId(target))),
  },
  'describe the secret': {
    requests: onSecret('DescribeSecret'),
    run: ({ secrets: client }, target) => client.send(new secrets.DescribeSecretCommand(SecretId(target))),
  },
  'list the versions of the secret': {
    requests: onSecret('ListSecretVersionIds'),
    run: ({ secrets: client }, target) =>
      client.send(new secrets.ListSecretVersionIdsCommand(SecretId(target))),
  },
  'put a value': {
    requests: viaSecret('PutSecretValue', 'GenerateDataKey'),
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
    requests: onSecret('UpdateSecretVersionStage'),
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
    requests: onSecret('UpdateSecret'),
    run: ({ secrets: client }, target) =>
      client.send(new secrets.UpdateSecretCommand({ ...SecretId(target), Description: 'probe' })),
  },
  'tag the secret': {
    requests: (target) => [{ action: 'secretsmanager:TagResource', on: 'secret', context: tagging(target) }],
    run: ({ secrets: client }, target) =>
      client.send(
        new secrets.TagResourceCommand({
          ...SecretId(target),
          Tags: tagsOf(target).map(([Key, Value]) => ({ Key, Value })),
        }),
      ),
  },
  'take the secret back': {
    requests: onSecret('RestoreSecret'),
    run: ({ secrets: client }, target) => client.send(new secrets.RestoreSecretCommand(SecretId(target))),
  },
  'delete the secret': {
    requests: onSecret('DeleteSecret'),
    run: ({ secrets: client }, target) =>
      client.send(new secrets.DeleteSecretCommand({ ...SecretId(target), RecoveryWindowInDays: 30 })),
  },
  'read the secret policy': {
    requests: onSecret('GetResourcePolicy'),
    run: ({ secrets: client }, target) => client.send(new secrets.GetResourcePolicyCommand(SecretId(target))),
  },
  'change the secret policy': {
    requests: () => [
      {
        action: 'secretsmanager:PutResourcePolicy',
        on: 'secret',
        context: { 'secretsmanager:BlockPublicPolicy': 'true' },
      },
    ],
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
    requests: anywhere('kms:ListKeys'),
    run: ({ kms: client }) => client.send(new kms.ListKeysCommand({})),
  },
  'list all secrets': {
    requests: anywhere('secretsmanager:ListSecrets'),
    run: ({ secrets: client }) => client.send(new secrets.ListSecretsCommand({})),
  },
} as const satisfies Readonly<Record<string, Action>>;

/** The name of an action. */
export type ActionName = keyof typeof actions;
