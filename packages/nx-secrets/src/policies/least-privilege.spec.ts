import { readFileSync } from 'node:fs';
import { join } from 'node:path';
// The simulator is under the AGPL: a development dependency of this comparison, never a dependency of a package.
import { runSimulation } from '@cloud-copilot/iam-simulate';
import * as kms from '@aws-sdk/client-kms';
import * as secrets from '@aws-sdk/client-secrets-manager';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { LocalAws } from 'local-aws-secrets';
import {
  actions,
  type AuthorizationRequest,
  type Action,
  type ActionName,
  type ActorClients,
  type Target,
} from './actions.test-kit';
import { keyPolicy } from './key-policy';
import { account, everybody, region, wholeShop, type ShopRole } from './roles.test-kit';
import { secretPolicy } from './secret-policy';
import type { PolicySubject } from './subject';
import { startAws } from '../testing/wire.test-kit';

const { iam: shopIam, roles, subjects } = wholeShop;

/** What docs/least-privilege.md says, action by action: the columns in which it says yes. */
const promised: ReadonlyMap<string, ReadonlySet<string>> = (() => {
  const text = readFileSync(join(__dirname, '../../../../docs/least-privilege.md'), 'utf8');
  const [, section = ''] = /^## Action by action$([^]*?)^## /m.exec(text) ?? [];
  const rows = section
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  const [[, ...columns] = [], , ...cells] = rows;
  return new Map(
    cells.map(([action = '', ...answers]) => [
      action,
      new Set(columns.filter((_, index) => answers[index] === 'yes')),
    ]),
  );
})();

/** What a role is to a service's stage, by nx.json; a role may be several. */
function capacitiesOf({ name, part, service, stage }: ShopRole, { names, principals }: PolicySubject) {
  const arn = `arn:aws:iam::${account}:role/${name}`;
  const kinds = ['sync', 'encrypt', 'decrypt', 'runtime', 'rotate', 'prune'] as const;
  const isOfAll = part === 'administrator' || part === 'audit';
  const provisions = part === 'provision' && service === names.service && stage === names.stage;
  return [
    ...kinds.filter((kind) => principals?.[kind].includes(arn)),
    ...(isOfAll || provisions ? [part] : []),
  ];
}

/** Lists are of no service. */
const isList = (action: ActionName): boolean => action.startsWith('list all ');

const isIntended = (role: ShopRole, action: ActionName, { subject }: Target): boolean =>
  (isList(action) ? subjects : [subject])
    .flatMap((one) => capacitiesOf(role, one))
    .some((capacity) => promised.get(action)?.has(capacity));

/** All roles; without `NX_SECRETS_EVERY_ROLE=1` some of the second service's, which are as the first one's, are left out. */
const acting = roles.filter(
  ({ service, stage }) =>
    service !== 'payment-service' || stage === 'prod' || process.env['NX_SECRETS_EVERY_ROLE'] === '1',
);

test('the guide tells of every action, and of twenty identities and more', () => {
  expect([...promised.keys()]).toEqual(Object.keys(actions));
  expect(acting.length).toBeGreaterThanOrEqual(20);
});

const cells = (targets: readonly Target[]) =>
  acting.flatMap((role) =>
    (Object.entries(actions) as [ActionName, Action][]).flatMap(([name, action]) =>
      targets.map((target) => ({ role, name, action, target })),
    ),
  );

const cellName = (role: ShopRole, name: ActionName, { subject }: Target) =>
  `${role.name}: ${name}, ${subject.names.service} ${subject.names.stage}`;

describe('every role, every action, every service and stage: what is intended succeeds, nothing else does', () => {
  let aws: LocalAws;
  let targets: readonly Target[];
  let unlimited: ActorClients;

  beforeAll(async () => {
    aws = await startAws({ account });
    unlimited = clientsOf(aws, { accessKeyId: account, secretAccessKey: 'any' });
    targets = [];
    for (const subject of subjects) targets = [...targets, await makeTarget(unlimited, subject)];
  });
  afterAll(async () => {
    close(unlimited);
    await aws.stop();
  });

  test('in local-aws', async () => {
    const succeeded: string[] = [];
    for (const role of acting) {
      aws.setIam(shopIam);
      const clients = await clientsOfRole(aws, role);
      for (const { name, action, target } of cells(targets).filter((cell) => cell.role === role)) {
        if (!(await isAllowed(action, clients, target))) continue;
        succeeded.push(cellName(role, name, target));
        await undo(aws, unlimited, name, target);
      }
      close(clients);
    }
    expect(succeeded).toEqual(intendedCells(targets));
  }, 60_000);

  test('in an independent simulator', async () => {
    const succeeded: string[] = [];
    for (const { role, name, action, target } of cells(targets)) {
      const verdicts = await Promise.all(action.requests(target).map((ask) => simulated(role, ask, target)));
      if (verdicts.every(Boolean)) succeeded.push(cellName(role, name, target));
    }
    expect(succeeded).toEqual(intendedCells(targets));
  }, 120_000);
});

const intendedCells = (targets: readonly Target[]) =>
  cells(targets)
    .filter(({ role, name, target }) => isIntended(role, name, target))
    .map(({ role, name, target }) => cellName(role, name, target));

/** Whether policies let an action pass: whatever else is wrong with the request, it is not access. */
const isAllowed = (action: Action, clients: ActorClients, target: Target): Promise<boolean> =>
  action.run(clients, target).then(
    () => true,
    (error: unknown) => (error as Error).name !== 'AccessDeniedException',
  );

/** Undoes what an action did to a key or a secret. */
async function undo(
  aws: LocalAws,
  { kms: client, secrets: store }: ActorClients,
  name: ActionName,
  target: Target,
) {
  if (name !== 'disable the key' && name !== 'delete the secret') return;
  aws.setIam(undefined);
  await client.send(new kms.EnableKeyCommand({ KeyId: target.keyArn }));
  await store.send(new secrets.RestoreSecretCommand({ SecretId: target.secretArn }));
  aws.setIam(shopIam);
}

/** The simulator has no keys of an encryption context; tags of the caller, which it knows, stand in for them. */
const inItsWords = <T extends object>(policyOrContext: T): T =>
  JSON.parse(
    JSON.stringify(policyOrContext).replaceAll(
      'kms:EncryptionContext:',
      'aws:PrincipalTag/EncryptionContext-',
    ),
  ) as T;

async function simulated(role: ShopRole, ask: AuthorizationRequest, target: Target): Promise<boolean> {
  const [resource, policy] = {
    key: [target.keyArn, target.keyPolicy],
    alias: [`arn:aws:kms:${region}:${account}:${target.subject.names.keyAlias}`, undefined],
    secret: [target.secretArn, target.secretPolicy],
    anything: ['*', undefined],
  }[ask.on];
  const { service, stage, keyAlias } = target.subject.names;
  const tags = { 'managed-by': 'nx-secrets', service, stage };
  const result = await runSimulation(
    {
      request: {
        principal: `arn:aws:sts::${account}:assumed-role/${role.name}/test`,
        action: ask.action,
        resource: { resource: resource ?? '*', accountId: account },
        contextVariables: {
          'aws:PrincipalArn': `arn:aws:iam::${account}:role/${role.name}`,
          'aws:PrincipalAccount': account,
          'aws:PrincipalIsAWSService': 'false',
          ...Object.fromEntries(
            Object.entries(tags).map(([tag, value]) => [`aws:ResourceTag/${tag}`, value]),
          ),
          ...(ask.on === 'key' ? { 'kms:ResourceAliases': [keyAlias], 'kms:CallerAccount': account } : {}),
          ...inItsWords(ask.context ?? {}),
        },
      },
      identityPolicies: role.policies.map((document, index) => ({
        name: `${index}`,
        policy: inItsWords(document),
      })),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      ...(policy === undefined ? {} : { resourcePolicy: inItsWords(JSON.parse(policy) as object) }),
    },
    {},
  );
  if (result.resultType === 'error') throw new Error(JSON.stringify(result));
  return result.overallResult === 'Allowed';
}

async function makeTarget(
  { kms: client, secrets: store }: ActorClients,
  subject: Target['subject'],
): Promise<Target> {
  const { service, stage, keyAlias, secretName } = subject.names;
  const policy = JSON.stringify(keyPolicy(subject));
  const tags = Object.entries({ 'managed-by': 'nx-secrets', service, stage });
  const { KeyMetadata } = await client.send(
    new kms.CreateKeyCommand({
      Policy: policy,
      Tags: tags.map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
    }),
  );
  const keyArn = KeyMetadata?.Arn ?? '';
  await client.send(new kms.CreateAliasCommand({ AliasName: keyAlias, TargetKeyId: keyArn }));
  const { CiphertextBlob } = await client.send(
    new kms.EncryptCommand({
      KeyId: keyArn,
      Plaintext: Buffer.alloc(32),
      EncryptionContext: { service, stage },
    }),
  );
  const { ARN: secretArn = '' } = await store.send(
    new secrets.CreateSecretCommand({
      Name: secretName,
      KmsKeyId: keyAlias,
      SecretString: `value of ${service}, ${stage}`,
      Tags: tags.map(([Key, Value]) => ({ Key, Value })),
    }),
  );
  const denials = JSON.stringify(secretPolicy(subject));
  await store.send(
    new secrets.PutResourcePolicyCommand({
      SecretId: secretArn,
      ResourcePolicy: denials,
      BlockPublicPolicy: true,
    }),
  );
  return {
    subject,
    keyArn,
    secretArn,
    keyPolicy: policy,
    secretPolicy: denials,
    wrapped: CiphertextBlob ?? new Uint8Array(),
  };
}

type Credentials = { accessKeyId: string; secretAccessKey: string; sessionToken?: string };

const clientsOf = ({ endpoint }: LocalAws, credentials: Credentials): ActorClients => {
  const config = { endpoint, region, credentials, maxAttempts: 1 };
  return { kms: new kms.KMSClient(config), secrets: new secrets.SecretsManagerClient(config) };
};

async function clientsOfRole(aws: LocalAws, role: ShopRole): Promise<ActorClients> {
  const sts = new STSClient({ endpoint: aws.endpoint, region, credentials: everybody });
  const RoleArn = `arn:aws:iam::${account}:role/${role.name}`;
  const { Credentials: given } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'test' }));
  sts.destroy();
  return clientsOf(aws, {
    accessKeyId: given?.AccessKeyId ?? '',
    secretAccessKey: given?.SecretAccessKey ?? '',
    sessionToken: given?.SessionToken ?? '',
  });
}

function close({ kms: client, secrets: store }: ActorClients): void {
  client.destroy();
  store.destroy();
}
