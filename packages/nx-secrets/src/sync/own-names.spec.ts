import { DescribeKeyCommand, KMSClient, ListResourceTagsCommand } from '@aws-sdk/client-kms';
import { DescribeSecretCommand } from '@aws-sdk/client-secrets-manager';
import { renderReport } from '../output/text';
import { asActor } from '../policies/actor.test-kit';
import { provisionPolicy } from '../policies/provision-policy';
import { policySubject } from '../policies/subject';
import { syncPolicy } from '../policies/sync-policy';
import { namesOf } from '../config/names';
import { readPlugin } from '../config/plugin';
import { account, outcomes, problems, region, useAwsWorkspace } from '../testing/aws-workspace.test-kit';

const workspace = useAwsWorkspace();
const [legacy, web] = ['services/legacy', 'services/web'];
const configure = (options: object) =>
  workspace.write({ 'nx.json': JSON.stringify({ plugins: [{ plugin: 'nx-secrets', options }] }) });
const options = () =>
  readPlugin(workspace.directory(), JSON.parse(workspace.read('nx.json')) as object).options;
const own = { secretName: '/old/{stage}/app', keyAlias: 'old-app-{stage}' };
const tagsOfSecret = async (SecretId: string) => {
  const { Tags = [] } = await workspace.client().send(new DescribeSecretCommand({ SecretId }));
  return Object.fromEntries(Tags.map(({ Key = '', Value }): [string, unknown] => [Key, Value]));
};
const withKms = async <T>(step: (client: KMSClient) => Promise<T>): Promise<T> => {
  const client = new KMSClient({ endpoint: workspace.aws().endpoint });
  return step(client).finally(() => client.destroy());
};
const tagsOfKey = (alias: string) =>
  withKms(async (client) => {
    const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId: alias }));
    const { Tags = [] } = await client.send(new ListResourceTagsCommand({ KeyId: KeyMetadata?.KeyId }));
    return Object.fromEntries(Tags.map(({ TagKey = '', TagValue }): [string, unknown] => [TagKey, TagValue]));
  });

describe('a secret and an alias that one service has of its own', () => {
  workspace.prepare(async () => {
    await configure({ stages: ['dev'], services: { [legacy]: own } });
    for (const directory of [legacy, web]) await workspace.init({ directory, stages: 'dev' });
    await workspace.set(legacy, 'dev', 'A', 'canary');
    await workspace.commit();
  });

  test('are made, pushed to, checked and pruned by these names', async () => {
    expect(workspace.read(`${legacy}/.sops.yaml`)).toContain('alias/old-app-dev');
    expect(outcomes(await workspace.sync([legacy, web]))).toEqual(['legacy dev created', 'web dev created']);
    expect(await workspace.valueOf('/old/dev/app')).toBe('{"A":"canary"}');
    expect(outcomes(await workspace.sync([legacy, web]))).toEqual([
      'legacy dev unchanged',
      'web dev unchanged',
    ]);
    expect(outcomes(await workspace.provision([legacy]))).toEqual(['legacy dev unchanged']);
    expect((await workspace.prune()).entries).toEqual([]);
    await workspace.git('rm', '-rq', legacy);
    await configure({ stages: ['dev'] });
    await workspace.commit();
    const report = await workspace.prune({ deletion: { kind: 'orphans' } });
    expect(outcomes(report)).toEqual(['legacy dev deletion-scheduled']);
    expect(renderReport(report)).toContain('keys are kept: alias/old-app-dev.');
  });

  test('refuse a file of the other service, and both services where they share one', async () => {
    await workspace.write({
      [`${web}/secrets/dev.enc.yaml`]: workspace.read(`${legacy}/secrets/dev.enc.yaml`),
    });
    await workspace.commit();
    expect(problems(await workspace.sync([web]))[0]?.what).toContain(
      'alias/old-app-dev, the key of service legacy',
    );
    await configure({
      stages: ['dev'],
      services: { [legacy]: own, [web]: { secretName: '/old/{stage}/app' } },
    });
    for (const root of [legacy, web])
      expect(problems(await workspace.sync([root]))[0]?.what).toContain('would share /old/dev/app');
    await expect(workspace.init({ directory: web, stages: 'dev' })).rejects.toThrow('would share');
  });
});

describe('tags of a company', () => {
  const configured = {
    stages: { dev: { region, accountId: account, tags: { 'cost-center': '4711' } } },
    tags: { team: 'shop-{service}' },
  };
  const expected = { 'cost-center': '4711', team: 'shop-web', service: 'web', stage: 'dev' };
  /** As an organisation demands them: without these tags nothing is made. */
  const demanded = {
    Version: '2012-10-17' as const,
    Statement: ['cost-center', 'team'].map((tag, index) => ({
      Sid: `Demand${index}`,
      Effect: 'Deny' as const,
      Action: ['kms:CreateKey', 'secretsmanager:CreateSecret'],
      Resource: ['*'],
      Condition: { Null: { [`aws:RequestTag/${tag}`]: ['true'] } },
    })),
  };
  const subject = () => {
    const read = options();
    return policySubject(namesOf('web', 'dev', read, web), read.stages.get('dev') ?? {}, {
      region,
      accountId: account,
    });
  };
  const asPipeline = <T>(step: () => Promise<T>) =>
    asActor(workspace.aws(), [provisionPolicy(subject()), syncPolicy(subject()), demanded], step);
  const setUp = async () => {
    await workspace.init({ directory: web, stages: 'dev', keys: false, files: false });
    await workspace.commit();
  };

  test('are in the calls that make keys and secrets, under the generated policies and an organisation that demands them', async () => {
    await configure(configured);
    await setUp();
    expect(outcomes(await asPipeline(() => workspace.provision([web])))).toEqual(['web dev created']);
    expect(await tagsOfKey('alias/web-dev')).toEqual({ ...expected, 'managed-by': 'nx-secrets' });
    await workspace.init({ directory: web, stages: 'dev' });
    await workspace.commit();
    expect(outcomes(await asPipeline(() => workspace.sync([web])))).toEqual(['web dev created']);
    expect(await tagsOfSecret('/services/web/dev')).toEqual({ ...expected, 'managed-by': 'nx-secrets' });
    expect(outcomes(await asPipeline(() => workspace.provision([web])))).toEqual(['web dev unchanged']);
  });

  test('a service without them gets nothing from that organisation', async () => {
    await configure({ stages: { dev: { region, accountId: account } } });
    await setUp();
    expect(problems(await asPipeline(() => workspace.provision([web])))[0]?.code).toBe('explicitDeny');
  });

  test('that come later, or change, are set by the pipeline; what nx.json has no more stays', async () => {
    await configure({ stages: { dev: { region, accountId: account } }, tags: { former: 'yes' } });
    await workspace.init({ directory: web, stages: 'dev' });
    await workspace.commit();
    await workspace.sync([web]);
    await configure(configured);
    expect(outcomes(await workspace.diff([web]))).toEqual(['web dev would-repair']);
    expect(outcomes(await asPipeline(() => workspace.provision([web])))).toEqual(['web dev repaired']);
    expect(outcomes(await asPipeline(() => workspace.sync([web])))).toEqual(['web dev repaired']);
    const all = { ...expected, 'managed-by': 'nx-secrets', former: 'yes' };
    expect(await tagsOfKey('alias/web-dev')).toEqual(all);
    expect(await tagsOfSecret('/services/web/dev')).toEqual(all);
    expect(outcomes(await asPipeline(() => workspace.provision([web])))).toEqual(['web dev unchanged']);
  });

  test('are on the next key that rotate makes', async () => {
    await configure(configured);
    await workspace.init({ directory: web, stages: 'dev' });
    await workspace.commit();
    await workspace.rotate({ directory: web, stage: 'dev', key: true });
    expect(await tagsOfKey('alias/web-dev')).toMatchObject(expected);
  });
});
