import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { policySubject } from '../policies/subject';
import { syncPolicy } from '../policies/sync-policy';
import { asActor } from '../policies/actor.test-kit';
import { account, outcomes, problems, region, useAwsWorkspace } from '../testing/aws-workspace.test-kit';
import { namesOf } from '../config/names';
import { readOptions } from '../config/options';
import { commandsOf, pasteInto } from '../testing/pasted.test-kit';

// Project, service and folder have names of their own.
const people = 'services/people';
const SecretId = '/services/accounts/dev';
const alias = 'alias/accounts-dev';
const there = 'eu-central-1';
const workspace = useAwsWorkspace();
const { paste } = pasteInto(workspace);
const configure = (replicaRegions: readonly string[]) => {
  const options = { stages: { dev: { region, replicaRegions } }, services: { [people]: 'accounts' } };
  return workspace.write({
    'nx.json': JSON.stringify({ plugins: [{ plugin: 'nx-secrets', options }] }),
    [`${people}/project.json`]: JSON.stringify({ name: 'people-api' }),
  });
};
/** As the executors read them, with the names that Nx knows. */
const known = (replicaRegions: readonly string[] = [there]) =>
  readOptions(
    { stages: { dev: { region, replicaRegions: [...replicaRegions] } }, services: { [people]: 'accounts' } },
    new Map([[people, 'people-api']]),
  );
const sync = (more = {}) => workspace.sync([people], { options: known(), ...more });
const called = () => Object.keys(workspace.aws().calls());

let secrets: SecretsManagerClient;
let keys: KMSClient;
beforeEach(() => {
  jest.spyOn(console, 'log').mockImplementation(() => undefined);
  secrets = new SecretsManagerClient({ endpoint: workspace.aws().endpoint, region: there });
  keys = new KMSClient({ endpoint: workspace.aws().endpoint, region: there });
});
workspace.prepare(async () => {
  await configure([]);
  await workspace.init({ directory: people, stages: 'dev' });
  await workspace.set(people, 'dev', 'A', 'one');
  await workspace.commit();
  await workspace.sync([people]);
  await configure([there]);
  await workspace.commit();
});
afterEach(() => {
  secrets.destroy();
  keys.destroy();
});
const valueThere = async () => (await secrets.send(new GetSecretValueCommand({ SecretId }))).SecretString;

test('replica regions for a stage that exists: nothing is begun that cannot work, and the steps, pasted, end in replicas', async () => {
  workspace.aws().resetCalls();
  const [problem] = problems(await sync());
  expect(problem?.what).toBe(
    `${SecretId} is to have replicas in ${there}, where ${alias} does not exist: the key in ${region} is single-region`,
  );
  expect(called()).not.toContain('secretsmanager:ReplicateSecretToRegions');
  expect(problems(await sync({ dryRun: true }))[0]?.what).toBe(problem?.what);
  const commands = commandsOf(problem?.fix ?? '');
  expect(commands.map((command) => command.replace(/ --.*/, ''))).toEqual([
    'npx nx g nx-secrets:rotate',
    'git commit',
    'npx nx run people-api:sync-secrets',
    'npx nx g nx-secrets:rotate',
  ]);
  for (const command of commands) await paste(command);
  expect(await valueThere()).toBe('{"A":"one"}');
  expect((await keys.send(new DescribeKeyCommand({ KeyId: alias }))).KeyMetadata?.MultiRegion).toBe(true);
  expect(outcomes(await sync())).toEqual(['accounts dev unchanged']);
  expect(outcomes(await workspace.provision([people], { options: known() }))).toEqual([
    'accounts dev unchanged',
  ]);
});

test('provision-keys says the same steps, and they end the same', async () => {
  const provision = () => workspace.provision([people], { options: known() });
  const [problem] = problems(await provision());
  expect(problem?.what).toContain('is single-region');
  for (const command of commandsOf(problem?.fix ?? '')) await paste(command);
  expect(outcomes(await provision())).toEqual(['accounts dev unchanged']);
  expect(await valueThere()).toBe('{"A":"one"}');
});

test('a value is pushed anyway, without the replica, and that is reported', async () => {
  await workspace.set(people, 'dev', 'A', 'two');
  await workspace.commit();
  const report = await sync();
  expect(outcomes(report)).toEqual(['accounts dev updated']);
  expect(JSON.stringify(report.entries)).toContain(
    `no replica in ${there} yet: the key does not exist there`,
  );
  expect(await workspace.valueOf(SecretId)).toBe('{"A":"two"}');
  expect(problems(await sync())[0]?.what).toContain('is to have replicas');
});

test('with a multi-Region key that has no replica there yet, provisioning comes first', async () => {
  await paste('npx nx g nx-secrets:rotate --key --stage=dev --project=people-api');
  await workspace.commit();
  await sync();
  await configure([there, 'us-east-1']);
  const options = known([there, 'us-east-1']);
  const [problem] = problems(await sync({ options }));
  expect(problem?.what).toContain(`replicas in us-east-1, where ${alias} does not exist`);
  expect(commandsOf(problem?.fix ?? '')).toEqual([
    'npx nx run people-api:provision-keys --stage=dev',
    'npx nx run people-api:sync-secrets --stage=dev',
  ]);
  for (const command of commandsOf(problem?.fix ?? '')) await paste(command);
  expect(outcomes(await sync({ options }))).toEqual(['accounts dev unchanged']);
});

test('the generated policy lets the sync look; a role that may not see the key is told to provision first, which says more', async () => {
  const names = namesOf('accounts', 'dev', readOptions({}), people);
  const stage = { replicaRegions: [there] };
  const policy = syncPolicy(policySubject(names, stage, { region, accountId: account }));
  const run = () => asActor(workspace.aws(), [policy], () => sync());
  expect(problems(await run())[0]?.what).toContain('is single-region');
  const blind = { ...policy, Statement: policy.Statement.filter(({ Sid }) => Sid !== 'FindKey') };
  const report = await asActor(workspace.aws(), [blind], () => sync());
  expect(commandsOf(problems(report)[0]?.fix ?? '')[0]).toContain('people-api:provision-keys');
});
