import type { NxJsonConfiguration } from '@nx/devkit';
import { join } from 'node:path';
import { execa } from 'execa';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { createKeyring, encrypt, parse, readPlain, serialize } from 'sops-codec';
import { withPendingValue } from '../secret-file/pending-values';
import { readPlugin } from '../config/plugin';
import { readServices } from '../config/services';
import { problems, useAwsWorkspace } from '../testing/aws-workspace.test-kit';
import { runChecks } from './run-checks';

const workspace = useAwsWorkspace();
const root = 'services/user-service';
const path = `${root}/secrets/prod.enc.yaml`;
const sopsCodec = join(__dirname, '../../../sops-codec/dist/command-line/main.js');

async function check() {
  const workspaceRoot = workspace.directory();
  const { options } = readPlugin(workspaceRoot, JSON.parse(workspace.read('nx.json')) as NxJsonConfiguration);
  const services = await readServices(workspaceRoot, [root], options);
  const everything = { workspaceRoot, options, services, everyService: services, everyRoot: [root] };
  return problems(await runChecks({ ...everything, stages: ['prod'], maxAge: undefined }));
}

async function withStranger(): Promise<string> {
  const recipient = await identityToRecipient(await generateX25519Identity());
  await workspace.init({ directory: '', stages: 'dev,prod' });
  await workspace.init({ directory: root, stages: 'prod' });
  const rules = workspace.read(`${root}/.sops.yaml`);
  await workspace.write({
    [`${root}/.sops.yaml`]: rules.replace('- kms:', `- age: [${recipient}]\n        kms:`),
  });
  await updateKeys();
  return recipient;
}
const updateKeys = () =>
  execa(process.execPath, [sopsCodec, 'updatekeys', '--yes', 'secrets/prod.enc.yaml'], {
    cwd: join(workspace.directory(), root),
    env: { ...process.env },
  });

test('a recipient that .sops.yaml names in the same commit is found; listing it in nx.json as advised settles it', async () => {
  const recipient = await withStranger();
  const found = await check();
  expect(found.map(({ what }) => what)).toEqual([
    `the age recipient ${recipient} is in the file, and nx.json does not list it for stage prod`,
  ]);
  const [, line] = /^("stages": \{.*\})$/m.exec(found[0]!.fix)!;
  await workspace.write({
    'nx.json': JSON.stringify({
      plugins: [{ plugin: 'nx-secrets', options: JSON.parse(`{${line}}`) }],
    }),
  });
  expect(await check()).toEqual([]);
});

test('removing it as advised settles it', async () => {
  const recipient = await withStranger();
  const [problem] = await check();
  expect(problem!.fix).toContain(
    `npx sops-codec --config ${root}/.sops.yaml updatekeys --yes ${root}/secrets/prod.enc.yaml`,
  );
  const rules = workspace.read(`${root}/.sops.yaml`);
  await workspace.write({
    [`${root}/.sops.yaml`]: rules.replace(`- age: [${recipient}]\n        kms:`, '- kms:'),
  });
  await updateKeys();
  expect(workspace.read(path)).not.toContain(recipient);
  expect(await check()).toEqual([]);
});

test('one in a pending value, or in the rule alone, is found', async () => {
  await workspace.init({ directory: root, stages: 'prod' });
  const file = parse(workspace.read(path), 'yaml');
  const recipient = await identityToRecipient(await generateX25519Identity());
  const groups = [[...file.metadata.groups.flat(), { kind: 'age' as const, recipient }]];
  const pending = await encrypt(readPlain('A: one\n', 'yaml'), { format: 'yaml', groups }, createKeyring());
  await workspace.write({ [path]: serialize(withPendingValue(file, pending)) });
  expect((await check()).map(({ what }) => what)).toEqual([
    `the age recipient ${recipient} is in the pending value of A, and nx.json does not list it for stage prod`,
  ]);
  const rules = workspace.read(`${root}/.sops.yaml`);
  await workspace.write({
    [path]: serialize(file),
    [`${root}/.sops.yaml`]: rules.replace('- kms:', `- age: [${recipient}]\n        kms:`),
  });
  expect((await check()).map(({ what }) => what)).toContain(
    `the age recipient ${recipient} is in the creation rule, and nx.json does not list it for stage prod`,
  );
});
