import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as kms from '@aws-sdk/client-kms';
import * as secrets from '@aws-sdk/client-secrets-manager';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { parse } from 'sops-codec';
import { everybody } from '../../policies/roles.test-kit';
import { account, region } from '../../testing/aws-workspace.test-kit';
import { user } from '../../keys/key-workspace.test-kit';
import { useWho, wholeAudit } from './who.test-kit';

const workspace = useWho();
const alias = 'alias/user-service-prod';
const SecretId = '/services/user-service/prod';
const EncryptionContext = { service: 'user-service', stage: 'prod' };
const trust = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:AssumeRole' }],
};
const policy = (...Statement: readonly object[]) => ({ Version: '2012-10-17', Statement });
const allow = (Action: string | readonly string[], more: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource: '*',
  ...more,
});
const deny = (Action: string) => ({ Effect: 'Deny', Action, Resource: '*' });
const everything = allow('*');

/** Roles besides those of the shop: each is let in, or kept out, in another way. */
const odd = {
  bounded: { trust, policies: [policy(everything)], boundary: policy(allow('secretsmanager:*')) },
  'bounded-and-named': { trust, policies: [], boundary: policy(allow('s3:*')) },
  named: { trust, policies: [] },
  denied: { trust, policies: [policy(everything, deny('kms:Decrypt'))] },
  'denied-by-key': { trust, policies: [policy(everything)] },
  'by-tag': {
    trust,
    tags: { team: 'a' },
    policies: [policy(allow('kms:*', { Condition: { StringEquals: { 'aws:PrincipalTag/team': 'a' } } }))],
  },
  'by-other-tag': {
    trust,
    tags: { team: 'b' },
    policies: [policy(allow('kms:*', { Condition: { StringEquals: { 'aws:PrincipalTag/team': 'a' } } }))],
  },
  'by-not-action': {
    trust,
    policies: [policy({ Effect: 'Allow', NotAction: 'kms:Encrypt', Resource: '*' })],
  },
  'one-secret': {
    trust,
    policies: [
      policy(
        allow('secretsmanager:GetSecretValue', {
          Resource: `arn:aws:secretsmanager:${region}:${account}:secret:${SecretId}-??????`,
        }),
        allow('kms:Decrypt', {
          Condition: { StringEquals: { 'kms:ViaService': `secretsmanager.${region}.amazonaws.com` } },
        }),
      ),
    ],
  },
  'by-alias': {
    trust,
    policies: [policy(allow('kms:*', { Condition: { StringEquals: { 'kms:RequestAlias': alias } } }))],
  },
  'by-resource-alias': {
    trust,
    policies: [
      policy(
        allow('kms:Encrypt', {
          Condition: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': [alias] } },
        }),
      ),
    ],
  },
  'secret-named': { trust, policies: [policy(allow('kms:*'))] },
};

const role = (name: string) => `arn:aws:iam::${account}:role/${name}`;
const handOver = [
  { Sid: 'Account', Effect: 'Allow', Principal: { AWS: account }, Action: 'kms:*', Resource: '*' },
  {
    Sid: 'Named',
    Effect: 'Allow',
    Principal: { AWS: [role('named'), role('bounded-and-named')] },
    Action: ['kms:Decrypt', 'kms:Encrypt'],
    Resource: '*',
  },
  {
    Sid: 'NotHim',
    Effect: 'Deny',
    Principal: { AWS: role('denied-by-key') },
    Action: 'kms:Decrypt',
    Resource: '*',
  },
];

/** What is done, by its words in the answer. */
const capabilities: Readonly<
  Record<
    string,
    (clients: { kms: kms.KMSClient; secrets: secrets.SecretsManagerClient }, of: Target) => Promise<unknown>
  >
> = {
  'opens the file': ({ kms: client }, { wrapped, keyId, otherKey }) =>
    either(
      () => client.send(new kms.DecryptCommand({ CiphertextBlob: wrapped, EncryptionContext, KeyId: keyId })),
      () => client.send(new kms.DecryptCommand({ CiphertextBlob: wrapped, EncryptionContext, KeyId: alias })),
      // A Deny of kms:Decrypt alone does not keep a data key: KMS re-encrypts it for a key of one's own.
      () =>
        client.send(
          new kms.ReEncryptCommand({
            CiphertextBlob: wrapped,
            SourceEncryptionContext: EncryptionContext,
            DestinationKeyId: otherKey,
          }),
        ),
    ),
  'encrypts for the file': ({ kms: client }, { keyId }) =>
    either(
      () =>
        client.send(new kms.EncryptCommand({ KeyId: keyId, Plaintext: Buffer.alloc(32), EncryptionContext })),
      () =>
        client.send(new kms.EncryptCommand({ KeyId: alias, Plaintext: Buffer.alloc(32), EncryptionContext })),
      () =>
        client.send(new kms.GenerateDataKeyCommand({ KeyId: keyId, NumberOfBytes: 32, EncryptionContext })),
    ),
  'reads the secret': ({ secrets: client }) => client.send(new secrets.GetSecretValueCommand({ SecretId })),
  'writes the secret': ({ secrets: client }) =>
    client.send(new secrets.PutSecretValueCommand({ SecretId, SecretString: 'x', VersionStages: ['test'] })),
  'administers the key: PutKeyPolicy': ({ kms: client }, { keyId, keyPolicy }) =>
    client.send(new kms.PutKeyPolicyCommand({ KeyId: keyId, Policy: keyPolicy })),
  'administers the secret: PutResourcePolicy': ({ secrets: client }, { secretPolicy }) =>
    client.send(
      new secrets.PutResourcePolicyCommand({
        SecretId,
        ResourcePolicy: secretPolicy,
        BlockPublicPolicy: true,
      }),
    ),
};

interface Target {
  readonly keyId: string;
  /** A key that the account's IAM policies decide about. */
  readonly otherKey: string;
  readonly keyPolicy: string;
  readonly secretPolicy: string;
  readonly wrapped: Uint8Array;
}

const either = async (...steps: readonly (() => Promise<unknown>)[]): Promise<void> => {
  const ended = await Promise.allSettled(steps.map((step) => step()));
  const refused = ended.find((one) => one.status === 'rejected');
  if (refused && ended.every((one) => one.status === 'rejected')) throw refused.reason;
};

test.each([
  ['the policies of nx.json', undefined],
  ['a key policy that leaves it to IAM, and names some', handOver],
])(
  'who is told to do something can do it, and nobody else: under %s',
  async (_, statements) => {
    await workspace.make();
    const keyId = await workspace.idOf(alias);
    const { KeyMetadata } = await workspace.kms().send(new kms.CreateKeyCommand({}));
    const otherKey = KeyMetadata!.KeyId!;
    workspace.audit(wholeAudit, odd);
    workspace.aws().setIam(undefined);
    if (statements)
      await workspace
        .kms()
        .send(new kms.PutKeyPolicyCommand({ KeyId: keyId, Policy: JSON.stringify(policy(...statements)) }));
    const secretPolicy = JSON.stringify(
      policy({
        Sid: 'Named',
        Effect: 'Allow',
        Principal: { AWS: role('secret-named') },
        Action: ['secretsmanager:GetSecretValue', 'secretsmanager:PutResourcePolicy'],
        Resource: '*',
      }),
    );
    await workspace
      .client()
      .send(new secrets.PutResourcePolicyCommand({ SecretId, ResourcePolicy: secretPolicy }));
    const keyPolicy = (await workspace.keyPolicy(alias))!;
    const file = parse(readFileSync(join(workspace.directory(), `${user}/secrets/prod.enc.yaml`)), 'yaml');
    const [own] = file.metadata.groups.flat();
    const wrapped = Buffer.from(own!.enc, 'base64');
    workspace.audit(wholeAudit, odd);
    const { stage } = await workspace.ask();
    expect(stage.unknown).toEqual([]);
    const told = stage.access
      .filter(({ who, capability }) => who.startsWith('role/') && Object.hasOwn(capabilities, capability))
      .map(({ who, capability, conditions }) => [who, capability, ...conditions].join(' '));

    const done: string[] = [];
    const names = new Set([
      ...stage.access.map(({ who }) => who),
      ...Object.keys(odd).map((name) => `role/${name}`),
    ]);
    names.add('role/payment-service-prod');
    for (const name of [...names].filter((one) => one.startsWith('role/'))) {
      const clients = await clientsOf(name.slice('role/'.length));
      for (const [capability, run] of Object.entries(capabilities)) {
        const isDone = await run(clients, { keyId, otherKey, keyPolicy, secretPolicy, wrapped }).then(
          () => true,
          (error: Error) => (error.name === 'AccessDeniedException' ? false : Promise.reject(error)),
        );
        if (isDone) done.push(`${name} ${capability}`);
      }
      clients.kms.destroy();
      clients.secrets.destroy();
    }
    // Whoever sets the policy here blocks public ones.
    const unlessPublic = / unless secretsmanager:blockpublicpolicy BoolIfExists false .*$/;
    expect([...told].map((one) => one.replace(unlessPublic, '')).sort()).toEqual([...done].sort());
    expect(done.length).toBeGreaterThan(8);
  },
  60_000,
);

async function clientsOf(name: string) {
  const { endpoint } = workspace.aws();
  const sts = new STSClient({ endpoint, region, credentials: everybody });
  const { Credentials: given } = await sts.send(
    new AssumeRoleCommand({ RoleArn: role(name), RoleSessionName: 'test' }),
  );
  sts.destroy();
  const config = {
    endpoint,
    region,
    maxAttempts: 1,
    credentials: {
      accessKeyId: given!.AccessKeyId!,
      secretAccessKey: given!.SecretAccessKey!,
      sessionToken: given!.SessionToken!,
    },
  };
  return { kms: new kms.KMSClient(config), secrets: new secrets.SecretsManagerClient(config) };
}
