import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createKeyring, parse } from 'sops-codec';
import { aliasArn } from '../../aws/arn';
import { pendingValuesIn } from '../../secret-file/pending-values';
import { decryptWithOwnKey } from '../../secret-file/own-key';
import { account, region, useAwsWorkspace } from '../../testing/aws-workspace.test-kit';
import { pasteInto } from '../../testing/pasted.test-kit';
import { git } from '../../testing/workspace.test-kit';
import { createLeakAccount, leakOptions, names, root, there } from './leak-account.test-kit';
import { commandsBelow, readLeaks, type Leak } from './leak-table.test-kit';
import { createThief, theirs } from './leak-thief.test-kit';

const workspace = useAwsWorkspace();
const iam = createLeakAccount(() => workspace.aws());
const { paste, run } = pasteInto(workspace);
const file = `${root}/secrets/prod.enc.yaml`;
const plaintext = `${root}/.env`;
const secretValue = 'postgres://u:hunter2@db';
jest.setTimeout(120_000);

/** The role that each leak is of; undefined where no credentials leaked. */
const leakedRole: Readonly<Record<string, string | undefined>> = {
  'the runtime role': 'service',
  'a laptop that decrypts': 'lead',
  'a laptop that only encrypts': 'team',
  "the pipeline's role": 'pipeline',
  'an administrator of the key': 'platform',
  'a plaintext value in Git': undefined,
};

let origin: string;
let kms: KMSClient;
/** Texts of the secret file that Git keeps. */
let history: string[];
beforeEach(async () => {
  jest.spyOn(console, 'log').mockImplementation(() => undefined);
  jest.spyOn(console, 'error').mockImplementation(() => undefined);
  process.env['FILTER_BRANCH_SQUELCH_WARNING'] = '1';
  origin = await mkdtemp(join(tmpdir(), 'nx-secrets-origin-'));
  const credentials = { accessKeyId: account, secretAccessKey: 'test' };
  kms = new KMSClient({ endpoint: workspace.aws().endpoint, credentials });
  history = [];
  await setUp();
});
afterEach(async () => {
  kms.destroy();
  workspace.aws().setIam(undefined);
  await rm(origin, { recursive: true, force: true });
});

const push = async () => {
  await workspace.commit();
  await workspace.git('push', '-q', 'origin', 'main');
  history.push(workspace.read(file));
};
const sync = async () =>
  expect((await run('user-service', 'sync-secrets', { stage: 'prod' })).success).toBe(true);
const set = (key: string, value: string) =>
  paste(`npx nx g nx-secrets:set ${key} --stage=prod --project=user-service`, { values: { [key]: value } });

/** A stage in use for a while, in an account where the generated policies decide. */
async function setUp() {
  iam.open();
  await workspace.write({
    'nx.json': JSON.stringify({ plugins: [{ plugin: 'nx-secrets', options: leakOptions }] }),
    '.gitignore': '/tmp-*\n/tmp/\n',
    [`${root}/project.json`]: JSON.stringify({ name: 'user-service' }),
  });
  await git(origin, 'init', '-q', '--bare', '-b', 'main');
  await workspace.git('remote', 'add', 'origin', origin);
  await paste('npx nx g nx-secrets:init --stages=prod --project=user-service');
  for (const value of ['postgres://earlier', secretValue]) {
    await set('DATABASE_URL', value);
    await push();
    await sync();
    await paste('npx nx g nx-secrets:rotate --data-key --stage=prod --project=user-service');
    await push();
  }
  await sync();
  await workspace.git('branch', '-q', '--set-upstream-to=origin/main');
}

const keyId = () =>
  iam.unlimited(
    async () => (await kms.send(new DescribeKeyCommand({ KeyId: names.keyAlias }))).KeyMetadata!.KeyId!,
  );

/** What the service reads, in each region. */
const deployed = () =>
  iam.unlimited(() =>
    Promise.all(
      [region, there].map(async (inRegion) => {
        const client = new SecretsManagerClient({
          endpoint: workspace.aws().endpoint,
          region: inRegion,
          credentials: { accessKeyId: account, secretAccessKey: 'test' },
        });
        const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: names.secretName }));
        client.destroy();
        return SecretString ?? '';
      }),
    ),
  );

const own = { arn: aliasArn(region, account, names.keyAlias), service: names.service, stage: names.stage };

/** Whether the pipeline takes a file for the stage's own: it opens with the stage's key. */
async function isPushed(text: string): Promise<boolean> {
  const client = new KMSClient({
    endpoint: workspace.aws().endpoint,
    credentials: await iam.session('pipeline'),
    maxAttempts: 1,
  });
  const keyring = createKeyring({ awsKms: { clientFor: async () => client } });
  const opens = await decryptWithOwnKey(parse(text, 'yaml'), own, keyring, file).then(
    () => true,
    () => false,
  );
  client.destroy();
  return opens;
}

/** The value that the file has now. */
const valueInFile = () =>
  iam.unlimited(async () => {
    const keyring = createKeyring({ awsKms: { clientFor: async () => kms } });
    const { documents } = await decryptWithOwnKey(parse(workspace.read(file), 'yaml'), own, keyring, file);
    return /postgres:[^"]*/.exec(JSON.stringify(documents))?.[0] ?? '';
  });

/** What Git gives to somebody who clones now. */
const clone = async () => (await git(origin, 'log', '-p', '--all')).stdout;

/** Runs the commands of a step, as the page has them. */
async function take(heading: string, places: Readonly<Record<string, string>>) {
  const commands = commandsBelow(heading);
  expect(commands.length).toBeGreaterThan(0);
  for (const line of commands) {
    const filled = line.replaceAll(/<(\w+)>/g, (_, place: string) => places[place]!);
    if (filled.startsWith('aws iam put-role-policy ')) iam.putRolePolicy(filled);
    // A program of its own, which not every machine has.
    else if (filled.startsWith('git filter-repo --invert-paths --path '))
      await forgetFile(filled.split(' ').at(-1)!);
    else {
      const values = { DATABASE_URL: 'postgres://u:changed@db' };
      await paste(filled.replace('nx g secrets:', 'nx g nx-secrets:'), { values });
    }
  }
}
const forgetFile = (path: string) =>
  workspace.git(
    'filter-branch',
    '-f',
    '--index-filter',
    `git rm -q --cached --ignore-unmatch ${path}`,
    'HEAD',
  );

test.each(readLeaks().map(({ leaked, steps }) => [leaked, steps] as const))('%s', async (leaked, steps) => {
  const role = leakedRole[leaked];
  const leakedKey = await keyId();
  if (role === undefined) {
    await workspace.write({ [plaintext]: `DATABASE_URL=${secretValue}\n` });
    await push();
  }
  if (role === 'team') await addAsTeam();
  const credentials = role === undefined ? [] : [await iam.session(role)];
  const outside = { accessKeyId: 'AKIAOUTSIDER', secretAccessKey: 'secret' };
  const thief = createThief(workspace.aws().endpoint, [...credentials, outside]);
  const places = () => ({
    role: role ?? '',
    now: new Date().toISOString(),
    key: 'ADDED',
    file: plaintext,
    repository: origin,
  });

  const played: Leak['steps'][number][] = [];
  for (const { done } of steps) {
    if (done !== 'nothing') await take(done, places());
    const keyIds = [...new Set([leakedKey, await keyId()])];
    const can = [...(await thief.attempts({ keyIds, files: [...history, workspace.read(file)] }))];
    if ((await Promise.all(thief.forged().map(isPushed))).includes(true))
      can.push('have a forged file pushed');
    if (pendingValuesIn(parse(workspace.read(file), 'yaml').documents, file).length > 0)
      can.push('have an added value pushed');
    if ((await deployed()).some((value) => value.includes(theirs)))
      can.push('have the service read a value of theirs');
    const cloned = await clone();
    if (cloned.includes(secretValue)) can.push('find the value in a new clone');
    const known = [...thief.values(), ...(role === undefined ? [secretValue] : [])];
    const value = await valueInFile();
    if (known.some((text) => text.includes(value))) can.push('use the values');
    played.push({ done, can: can.sort() });
  }
  thief.close();
  expect(played).toEqual(steps);
  // The service goes on with what is in the file.
  for (const read of await deployed()) expect(read).toContain(await valueInFile());
});

/** Somebody with the leaked credentials adds a value, as the team does. */
async function addAsTeam() {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = process.env;
  const { accessKeyId, secretAccessKey, sessionToken } = await iam.session('team');
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  });
  await set('ADDED', theirs);
  delete process.env['AWS_SESSION_TOKEN'];
  Object.assign(process.env, { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY });
  await push();
}

test('every leak of the table is played', () => {
  expect(readLeaks().map(({ leaked }) => leaked)).toEqual(Object.keys(leakedRole));
});
