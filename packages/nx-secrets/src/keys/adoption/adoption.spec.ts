import { execa } from 'execa';
import { join } from 'node:path';
import {
  CreateAliasCommand,
  CreateKeyCommand,
  DescribeKeyCommand,
  GetKeyPolicyCommand,
  KMSClient,
  PutKeyPolicyCommand,
} from '@aws-sdk/client-kms';
import { CreateSecretCommand, DescribeSecretCommand } from '@aws-sdk/client-secrets-manager';
import { provisionPolicy } from '../../policies/provision-policy';
import { policySubject } from '../../policies/subject';
import { asActor } from '../../policies/actor.test-kit';
import { account, outcomes, problems, region, useAwsWorkspace } from '../../testing/aws-workspace.test-kit';
import { namesOf } from '../../config/names';
import { readOptions } from '../../config/options';
import { commandsOf, pasteInto } from '../../testing/pasted.test-kit';

// Project, service and folder of each have names of their own.
const people = 'services/people';
const bills = 'services/bills';
const options = {
  stages: { dev: { region, accountId: account } },
  services: { [people]: 'accounts', [bills]: 'invoices' },
};
const alias = 'alias/accounts-dev';
const aliasArn = (name: string) => `arn:aws:kms:${region}:${account}:alias/${name}`;
const ownFile = `${people}/secrets/dev.enc.yaml`;
const rule = (service: string, kms: object) => ({
  path_regex: '^secrets/dev\\.enc\\.',
  key_groups: [{ kms: [{ arn: aliasArn(`${service}-dev`), ...kms }] }],
});
const ruled = (service: string) =>
  JSON.stringify({ creation_rules: [rule(service, { context: { service, stage: 'dev' } })] });

const workspace = useAwsWorkspace();
const { paste } = pasteInto(workspace);
const overrides = { adopt: new Set([alias]), enable: false };
/** As the executor reads them, with the names that Nx knows. */
const known = {
  ...readOptions(options),
  projects: new Map([
    [people, 'people-api'],
    [bills, 'billing'],
  ]),
};
const adopt = (more = {}) => workspace.provision([people], { overrides, options: known, ...more });
const fixOf = async () => problems(await adopt())[0]?.fix ?? '';

let kms: KMSClient;
let keyId: string;
let keyArn: string;
beforeEach(async () => {
  jest.spyOn(console, 'log').mockImplementation(() => undefined);
  kms = new KMSClient({ endpoint: workspace.aws().endpoint });
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  keyId = KeyMetadata!.KeyId!;
  keyArn = KeyMetadata!.Arn!;
  await kms.send(new CreateAliasCommand({ AliasName: alias, TargetKeyId: keyId }));
  await workspace.write({
    'nx.json': JSON.stringify({ plugins: [{ plugin: 'nx-secrets', options }] }),
    [`${people}/project.json`]: JSON.stringify({ name: 'people-api' }),
    [`${people}/.sops.yaml`]: ruled('accounts'),
    [`${bills}/project.json`]: JSON.stringify({ name: 'billing' }),
    [`${bills}/.sops.yaml`]: ruled('invoices'),
  });
});
afterEach(() => kms.destroy());

/** `sops --encrypt --kms <arn>` as anybody would run it: without an encryption context. */
async function encryptedFor(arn: string, path: string, type = 'yaml', text = 'A: value\n') {
  await workspace.write({ [path]: text });
  const bin = join(__dirname, '../../../../sops-codec/dist/command-line/main.js');
  const types = ['--input-type', type, '--output-type', type];
  await execa(process.execPath, [bin, 'encrypt', ...types, '--kms', arn, '--in-place', path], {
    cwd: workspace.directory(),
    stdin: 'ignore',
  });
}

/** Opens a file as somebody whom the account lets use every key, so that key policies alone decide. */
const opens = (path: string, type = 'yaml') =>
  asActor(
    workspace.aws(),
    [
      {
        Version: '2012-10-17',
        Statement: [{ Sid: 'All', Effect: 'Allow', Action: ['kms:*'], Resource: ['*'] }],
      },
    ],
    async () => {
      const bin = join(__dirname, '../../../../sops-codec/dist/command-line/main.js');
      const { exitCode } = await execa(
        process.execPath,
        [bin, 'decrypt', '--input-type', type, '--output-type', type, path],
        { cwd: workspace.directory(), stdin: 'ignore', reject: false },
      );
      return exitCode === 0;
    },
  );

const writes = () =>
  Object.keys(workspace.aws().calls()).filter((call) => !/Describe|Get|List|Encrypt|Decrypt/.test(call));

test("the article's own file: refused with what opens it under the policy; the steps, pasted, end in the key taken over", async () => {
  await encryptedFor(keyArn, ownFile);
  await workspace.commit();
  workspace.aws().resetCalls();
  const [problem] = problems(await adopt());
  expect(problem?.what).toContain(`1 file without its encryption context (${ownFile})`);
  expect(problem?.what).not.toContain('statement');
  expect(writes()).toEqual([]);
  expect(problems(await adopt({ dryRun: true }))[0]?.what).toBe(problem?.what);
  expect(commandsOf(problem?.fix ?? '')).toEqual([
    `npx sops-codec --config ${people}/.sops.yaml updatekeys --yes ${ownFile}`,
    `npx nx run people-api:provision-keys --stage=dev --adopt=${alias}`,
  ]);
  for (const command of commandsOf(problem?.fix ?? '')) await paste(command);
  expect(outcomes(await workspace.provision([people]))).toEqual(['accounts dev unchanged']);
  expect(await opens(ownFile)).toBe(true);
});

test('a rule without the context is put right first, as the lines say it', async () => {
  await workspace.write({
    [`${people}/.sops.yaml`]: `creation_rules:\n  - path_regex: ^secrets/dev\\.enc\\.\n    kms: ${aliasArn('accounts-dev')}\n`,
  });
  await encryptedFor(aliasArn('accounts-dev'), ownFile);
  const fix = await fixOf();
  const lines = fix.split('\n').filter((line) => line.startsWith('    '));
  expect(fix).toContain(`In ${people}/.sops.yaml, let the rule of stage dev`);
  await workspace.write({
    [`${people}/.sops.yaml`]: `creation_rules:\n  - path_regex: ^secrets/dev\\.enc\\.\n${lines.join('\n')}\n`,
  });
  for (const command of commandsOf(fix)) await paste(command);
  expect(outcomes(await workspace.provision([people]))).toEqual(['accounts dev unchanged']);
  expect(await opens(ownFile)).toBe(true);
});

test('every file that names the key is found, whatever it is called and however it names the key; the steps keep each open', async () => {
  await kms.send(new CreateAliasCommand({ AliasName: 'alias/shared', TargetKeyId: keyId }));
  const others = [
    ['infra/tls.enc.json', keyArn, 'json', '{"A": "value"}'],
    ['infra/it is.yaml', aliasArn('shared'), 'yaml', 'A: value\n'],
    ['tools/key', aliasArn('accounts-dev'), 'binary', 'bytes'],
    ['.config/app.conf', keyArn, 'ini', '[a]\nb = value\n'],
    [`${people}/config/.env`, keyArn, 'dotenv', 'A=value\n'],
  ] as const;
  for (const [path, arn, type, text] of others) await encryptedFor(arn, path, type, text);
  await encryptedFor(keyArn, `${bills}/secrets/dev.enc.yaml`);
  await encryptedFor(aliasArn('accounts-dev'), ownFile);
  await workspace.commit();
  const [problem] = problems(await adopt());
  expect(problem?.what).toContain('7 files without its encryption context');
  for (const [path] of others) expect(problem?.what).toContain(path);
  for (const command of commandsOf(problem?.fix ?? '')) await paste(command);
  for (const [path, , type] of others) expect([path, await opens(path, type)]).toEqual([path, true]);
  expect(await opens(`${bills}/secrets/dev.enc.yaml`)).toBe(true);
  expect(await opens(ownFile)).toBe(true);
  expect(outcomes(await workspace.provision([people, bills])).sort()).toEqual([
    'accounts dev unchanged',
    'invoices dev unchanged',
  ]);
  // The other service has a key of its own now, and is not opened by this one.
  const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: 'alias/invoices-dev' }));
  expect(workspace.read(`${bills}/secrets/dev.enc.yaml`)).not.toContain(keyArn);
  expect(KeyMetadata?.KeyId).not.toBe(keyId);
}, 60_000);

test('files that only mention the key, are under another, ignored, or have the context, hold nothing up', async () => {
  const other = (await kms.send(new CreateKeyCommand({}))).KeyMetadata!.Arn!;
  await encryptedFor(other, 'infra/other.yaml');
  await encryptedFor(keyArn, 'ignored/old.yaml');
  await workspace.write({
    '.gitignore': 'ignored/\n',
    'docs/keys.md': `We use sops with ${keyArn}.`,
    'evil.yaml': `sops: {kms: [{arn: ${keyArn}, context: &a [*a]}]}`,
  });
  await encryptedFor(keyArn, ownFile);
  await paste(`npx sops-codec --config ${people}/.sops.yaml updatekeys --yes ${ownFile}`);
  expect(outcomes(await adopt())).toEqual(['accounts dev repaired']);
});

test('a file in conflict that names the key is reported as unreadable', async () => {
  await encryptedFor(keyArn, 'infra/a.yaml');
  await workspace.write({
    'infra/a.yaml': `<<<<<<< HEAD\n${workspace.read('infra/a.yaml')}=======\n>>>>>>> other\n`,
  });
  expect(await fixOf()).toContain('infra/a.yaml names the key and cannot be read');
});

test('secrets under the key, by whatever name, are put under another first', async () => {
  const named = [keyId, keyArn, alias, aliasArn('accounts-dev')];
  for (const [index, KmsKeyId] of named.entries()) {
    await workspace
      .client()
      .send(new CreateSecretCommand({ Name: `legacy/${index}`, KmsKeyId, SecretString: 'x' }));
  }
  const own = { Name: '/services/accounts/dev', KmsKeyId: alias, SecretString: '{}' };
  await workspace.client().send(new CreateSecretCommand(own));
  await workspace.client().send(new CreateSecretCommand({ Name: 'unrelated', SecretString: 'x' }));
  const [problem] = problems(await adopt());
  expect(problem?.what).toContain(
    `4 secrets (${[0, 1, 2, 3].map((n) => `legacy/${n} in ${region}`).join(', ')})`,
  );
  for (const command of commandsOf(problem?.fix ?? '')) await paste(command);
  const { KmsKeyId } = await workspace.client().send(new DescribeSecretCommand({ SecretId: 'legacy/1' }));
  expect(KmsKeyId).toBe('alias/aws/secretsmanager');
  expect(outcomes(await workspace.provision([people]))).toEqual(['accounts dev unchanged']);
});

test('whoever the policy names is not shut out unseen; what leaves it to IAM goes, as the policy of the stage wants', async () => {
  const role = `arn:aws:iam::${account}:role/reports`;
  const statement = (Sid: string, Principal: object, Action: string | string[]) => ({
    Sid,
    Effect: 'Allow',
    Principal,
    Action,
    Resource: '*',
  });
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      statement('Iam', { AWS: `arn:aws:iam::${account}:root` }, 'kms:*'),
      statement('Reports', { AWS: role }, ['kms:Decrypt']),
      statement('Logs', { Service: 'logs.eu-west-1.amazonaws.com' }, 'kms:Encrypt*'),
    ],
  });
  await kms.send(new PutKeyPolicyCommand({ KeyId: keyId, Policy }));
  const [problem] = problems(await adopt());
  expect(problem?.what).toContain("2 statements of the key's policy");
  expect(problem?.what).toContain(role);
  for (const command of commandsOf(problem?.fix ?? '')) await paste(command);
  const { Policy: after } = await kms.send(new GetKeyPolicyCommand({ KeyId: keyId }));
  expect(after).not.toContain('reports');
  expect(after).toContain('ServiceReadsSecret');
});

test('where secrets cannot be listed, it is left to somebody who may', async () => {
  const names = namesOf('accounts', 'dev', readOptions(options), people);
  const policies = [provisionPolicy(policySubject(names, {}, { region, accountId: account }))];
  const [problem] = problems(await asActor(workspace.aws(), policies, () => adopt()));
  expect(problem?.what).toContain(`secrets that AWS refuses to list (${region})`);
  expect(problem?.fix).toContain('secretsmanager:ListSecrets');
  for (const command of commandsOf(problem?.fix ?? '')) await paste(command);
  expect(outcomes(await workspace.provision([people]))).toEqual(['accounts dev unchanged']);
});
