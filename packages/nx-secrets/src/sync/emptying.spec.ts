import type { NxJsonConfiguration } from '@nx/devkit';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  PutSecretValueCommand,
} from '@aws-sdk/client-secrets-manager';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createKeyring, encrypt, parse, readPlain, serialize, type EncryptedFile } from 'sops-codec';
import { withPendingValue } from '../secret-file/pending-values';
import { outcomes, problems, useAwsWorkspace } from '../testing/aws-workspace.test-kit';
import { commandsOf, pasteInto } from '../testing/pasted.test-kit';
import { readPlugin } from '../config/plugin';
import type { Overrides } from './plan';

const workspace = useAwsWorkspace();
const { paste } = pasteInto(workspace);
/** Folder, Nx project and service have names of their own. */
const root = 'services/users';
const file = `${root}/secrets/dev.enc.yaml`;
const secret = '/services/accounts/dev';
const none: ReadonlySet<string> = new Set();
const only = new Set([secret]);

beforeEach(async () => {
  await workspace.write({
    [`${root}/project.json`]: '{"name": "user-api"}',
    'nx.json': JSON.stringify({
      plugins: [{ plugin: 'nx-secrets', options: { services: { [root]: 'accounts' } } }],
    }),
  });
  await workspace.init({ directory: root, stages: 'dev' });
});

/** As the executor calls it: Nx says how its projects are named. */
const sync = (overrides: Partial<Overrides> = {}) => {
  const nxJson = JSON.parse(workspace.read('nx.json')) as NxJsonConfiguration;
  const { options } = readPlugin(workspace.directory(), nxJson, new Map([[root, 'user-api']]));
  return workspace.sync([root], { options, overrides: { overwrite: none, adopt: none, ...overrides } });
};
const commitAndSync = async (overrides: Partial<Overrides> = {}) => {
  await workspace.commit();
  return sync(overrides);
};
const writes = () =>
  Object.keys(workspace.aws().calls()).filter((call) =>
    /:(Create|Put|Update|Tag|Restore|Decrypt)/.test(call),
  );

/** The file as `init` makes it where there is none. */
const makeNew = async () => {
  rmSync(join(workspace.directory(), file));
  await workspace.init({ directory: root, stages: 'dev' });
};
/** A text encrypted for those who can open the file. */
const encrypted = (text: string): Promise<EncryptedFile> => {
  const { groups } = parse(workspace.read(file), 'yaml').metadata;
  return encrypt(readPlain(text, 'yaml'), { format: 'yaml', groups }, createKeyring());
};
const deploy = async () => {
  await workspace.set(root, 'dev', 'TOKEN', 'live');
  expect(outcomes(await commitAndSync())).toEqual(['accounts dev created']);
};

const refused = {
  what: `${secret} has a value, and the file has no keys: this push would delete the value`,
  where: `${file}, ${secret}`,
};
/** Where the deployed revision is in Git, its keys are named. */
const namesToken = { ...refused, what: refused.what.replace(/the value$/, 'TOKEN') };

test('a first push may be empty, and again under another data key; a second value follows', async () => {
  expect(outcomes(await commitAndSync())).toEqual(['accounts dev created']);
  expect(await workspace.valueOf(secret)).toBe('{}');
  await workspace.rotate({ directory: root, dataKey: true });
  expect(outcomes(await commitAndSync())).toEqual(['accounts dev updated']);
  await workspace.set(root, 'dev', 'TOKEN', 'one');
  expect(outcomes(await commitAndSync())).toEqual(['accounts dev updated']);
});

test.each<[string, () => Promise<void>]>([
  ['a file that was made again', makeNew],
  ['the last key removed', () => workspace.unset(root, 'dev', 'TOKEN')],
])('%s does not empty a live secret, in a dry run neither; nothing is written', async (_, change) => {
  await deploy();
  await change();
  workspace.aws().resetCalls();
  expect(problems(await commitAndSync())).toMatchObject([namesToken]);
  expect(problems(await workspace.sync([root], { dryRun: true }))).toMatchObject([namesToken]);
  expect(problems(await workspace.diff([root]))).toMatchObject([namesToken]);
  expect(writes()).toEqual([]);
  expect(await workspace.valueOf(secret)).toBe('{"TOKEN":"live"}');
  expect(outcomes(await sync({ allowEmpty: only }))).toEqual(['accounts dev updated']);
  expect(await workspace.valueOf(secret)).toBe('{}');
});

test.each([
  ['with values', 0, '{"KEY":"new"}'],
  ['with none', 1, '{}'],
])('the fix %s, as it is pasted', async (_, command, value) => {
  jest.spyOn(console, 'log').mockImplementation(() => undefined);
  await deploy();
  await makeNew();
  const [problem] = problems(await commitAndSync());
  const lines = commandsOf(problem?.fix ?? '');
  expect(lines).toHaveLength(2);
  await paste((lines[command] ?? '').replace('<key>', 'KEY'), { values: { KEY: 'new' } });
  await commitAndSync().catch(() => undefined);
  expect(await workspace.valueOf(secret)).toBe(value);
});

test('a revert to a version without keys', async () => {
  await commitAndSync();
  await workspace.set(root, 'dev', 'TOKEN', 'live');
  await commitAndSync();
  await workspace.git('revert', '--no-edit', 'HEAD');
  expect(problems(await sync())).toMatchObject([namesToken]);
  expect(outcomes(await sync({ allowEmpty: 'all' }))).toEqual(['accounts dev promoted']);
});

test('--adopt', async () => {
  await workspace.client().send(new CreateSecretCommand({ Name: secret, SecretString: 'theirs' }));
  await workspace.commit();
  workspace.aws().resetCalls();
  const report = await sync({ adopt: only });
  expect(problems(report)).toMatchObject([refused]);
  expect(problems(report)[0]?.fix).toContain(`--adopt=${secret} --allow-empty=${secret}`);
  expect(writes()).toEqual([]);
  expect(await workspace.valueOf(secret)).toBe('theirs');
  jest.spyOn(console, 'log').mockImplementation(() => undefined);
  // Now it is read, and what would be lost is named.
  const emptied = await sync({ adopt: only, allowEmpty: only });
  expect(problems(emptied)).toMatchObject([
    { code: 'adoptionReplaces', what: expect.stringContaining('a text or bytes without keys') },
  ]);
  expect(await workspace.valueOf(secret)).toBe('theirs');
  await paste(commandsOf(problems(emptied)[0]?.fix ?? '')[1] ?? '');
  expect(await workspace.valueOf(secret)).toBe('{}');
});

test('--overwrite of a value that was put by hand', async () => {
  await commitAndSync();
  const byHand = { SecretId: secret, SecretString: '{"TOKEN":"by hand"}' };
  await workspace.client().send(new PutSecretValueCommand(byHand));
  await workspace.rotate({ directory: root, dataKey: true });
  workspace.aws().resetCalls();
  const report = await commitAndSync({ overwrite: only });
  expect(problems(report)).toMatchObject([refused]);
  expect(writes()).toEqual([]);
  jest.spyOn(console, 'log').mockImplementation(() => undefined);
  await paste(commandsOf(problems(report)[0]?.fix ?? '')[1] ?? '');
  expect(await workspace.valueOf(secret)).toBe('{}');
});

test('what waits as a pending value is a value', async () => {
  await deploy();
  await makeNew();
  const whole = withPendingValue(parse(workspace.read(file), 'yaml'), await encrypted('OTHER: kept\n'));
  await workspace.write({ [file]: serialize(whole) });
  expect(outcomes(await commitAndSync())).toEqual(['accounts dev updated']);
});

test('mappings and lists without values are nothing; an empty text is a value', async () => {
  await deploy();
  await workspace.set(root, 'dev', 'database.password', 'v');
  await workspace.unset(root, 'dev', 'TOKEN');
  await workspace.unset(root, 'dev', 'database.password');
  expect(workspace.read(file)).toMatch(/^database:/m);
  expect(problems(await commitAndSync())).toMatchObject([namesToken]);
  await workspace.setWith({ directory: root, stage: 'dev', key: 'TOKEN', empty: true });
  expect(outcomes(await commitAndSync())).toEqual(['accounts dev updated']);
});

test('a name that is not a secret', async () => {
  await expect(sync({ allowEmpty: new Set(['/services/users/dev']) })).rejects.toMatchObject({
    problem: { where: '--allow-empty' },
  });
});

test('a file that no push can take changes nothing: a secret that is to be deleted stays so', async () => {
  await deploy();
  await workspace.client().send(new DeleteSecretCommand({ SecretId: secret }));
  await workspace.write({ [file]: serialize(await encrypted('RATE: .inf\n')) });
  expect(problems(await commitAndSync())[0]?.what).toContain('"RATE" is infinite');
  const { DeletedDate } = await workspace.client().send(new DescribeSecretCommand({ SecretId: secret }));
  expect(DeletedDate).toBeDefined();
});
