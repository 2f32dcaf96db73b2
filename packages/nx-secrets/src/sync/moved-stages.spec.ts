import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { readOptions } from '../config/options';
import { account, outcomes, problems, region, useAwsWorkspace } from '../testing/aws-workspace.test-kit';
import { commandsOf, pasteInto } from '../testing/pasted.test-kit';

const root = 'services/people';
const file = `${root}/secrets/dev.enc.yaml`;
const SecretId = '/services/accounts/dev';
const there = 'eu-central-1';
const workspace = useAwsWorkspace();
const { paste } = pasteInto(workspace);
const configure = async (where: string) => {
  const given = { stages: { dev: { region: where } }, services: { [root]: 'accounts' } };
  await workspace.write({
    'nx.json': JSON.stringify({ plugins: [{ plugin: 'nx-secrets', options: given }] }),
    [`${root}/project.json`]: JSON.stringify({ name: 'people-api' }),
  });
  return readOptions(given, new Map([[root, 'people-api']]));
};

test('a stage moves to another region: each step is reported, and where the old secret is', async () => {
  jest.spyOn(console, 'log').mockImplementation(() => undefined);
  const before = await configure(region);
  await workspace.init({ directory: root, stages: 'dev' });
  await workspace.set(root, 'dev', 'A', 'one');
  await workspace.commit();
  expect((await workspace.sync([root], { options: before })).notes).toEqual([]);

  const options = await configure(there);
  for (const report of [await workspace.diff([root], { options }), await workspace.sync([root], { options })])
    expect(problems(report)[0]?.code).toBe('wrongAccountOrRegion');
  const [problem] = problems(await workspace.diff([root], { options }));
  await workspace.write({
    [`${root}/.sops.yaml`]: workspace.read(`${root}/.sops.yaml`).replace(`:${region}:`, `:${there}:`),
  });
  for (const line of commandsOf(problem!.fix)) await paste(line);
  await workspace.commit();

  const diff = await workspace.diff([root], { options });
  expect(outcomes(diff)).toEqual(['accounts dev would-create']);
  const sync = await workspace.sync([root], { options });
  expect(outcomes(sync)).toEqual(['accounts dev created']);
  for (const { notes } of [diff, sync]) {
    expect(notes).toHaveLength(1);
    expect(notes[0]).toContain(`stage dev of accounts was in ${region} up to commit`);
    expect(notes[0]).not.toContain(account);
  }
  expect((await workspace.sync([root], { options })).notes).toEqual([]);
  expect((await workspace.diff([root], { options })).notes).toEqual([]);

  for (const line of commandsOf(sync.notes[0] ?? '')) await paste(line);
  const old = await workspace.client().send(new DescribeSecretCommand({ SecretId }));
  expect(old.DeletedDate).toBeDefined();
  const client = new SecretsManagerClient({ endpoint: workspace.aws().endpoint, region: there });
  expect((await client.send(new DescribeSecretCommand({ SecretId }))).DeletedDate).toBeUndefined();
  client.destroy();
});

test('another account is named, with whose credentials the old secret is deleted', async () => {
  const options = await configure(region);
  await workspace.init({ directory: root, stages: 'dev' });
  await workspace.set(root, 'dev', 'A', 'one');
  const now = workspace.read(file);
  await workspace.write({ [file]: now.replaceAll(`:${account}:`, ':444455556666:') });
  await workspace.commit();
  await workspace.write({ [file]: now });
  await workspace.commit();
  const { notes } = await workspace.diff([root], { options });
  expect(notes).toEqual([expect.stringContaining(`was in ${region}, account 444455556666 up to commit`)]);
  expect(notes[0]).toContain('with credentials of account 444455556666');
  expect((await workspace.git('status', '--short')).stdout).toBe('');
});
