import {
  CreateKeyCommand,
  DeleteAliasCommand,
  DescribeKeyCommand,
  KMSClient,
  UpdateAliasCommand,
} from '@aws-sdk/client-kms';
import { outcomes, problems } from '../testing/aws-workspace.test-kit';
import { alias, noteOf, service, user, useKeyWorkspace } from './key-workspace.test-kit';

const workspace = useKeyWorkspace();

describe('replica regions', () => {
  const there = 'eu-central-1';
  let kmsThere: KMSClient;
  beforeEach(async () => {
    kmsThere = new KMSClient({ endpoint: workspace.aws().endpoint, region: there });
    await workspace.options({ stages: { dev: { replicaRegions: [there] } } });
    await workspace.write(service(user, 'dev'));
  });
  afterEach(() => kmsThere.destroy());
  const replica = async () => (await kmsThere.send(new DescribeKeyCommand({ KeyId: alias }))).KeyMetadata!;

  test('get a replica each with the alias; again: unchanged', async () => {
    expect(outcomes(await workspace.provision([user]))).toEqual(['user-service dev created']);
    expect((await replica()).KeyId).toBe(await workspace.idOf());
    expect((await replica()).Description).toBe('Secrets of user-service, stage dev');
    await workspace.settle();
    workspace.aws().resetCalls();
    expect(outcomes(await workspace.provision([user]))).toEqual(['user-service dev unchanged']);
    expect(workspace.aws().calls()).toEqual({
      'kms:DescribeKey': 2,
      'kms:ListResourceTags': 2,
      'kms:GetKeyPolicy': 2,
      'kms:GetKeyRotationStatus': 1,
    });
  });

  test('a region more later', async () => {
    await workspace.provision([user]);
    await workspace.options({ stages: { dev: { replicaRegions: [there, 'us-east-1'] } } });
    const report = await workspace.provision([user]);
    expect(outcomes(report)).toEqual(['user-service dev repaired']);
    expect(noteOf(report)).toContain('us-east-1: replica, alias');
    expect(noteOf(report)).toContain(`${there}: policy`);
    expect(outcomes(await workspace.provision([user]))).toEqual(['user-service dev unchanged']);
  });

  test('an alias that was removed there comes back; one that points elsewhere is refused', async () => {
    await workspace.provision([user]);
    await kmsThere.send(new DeleteAliasCommand({ AliasName: alias }));
    expect(noteOf(await workspace.provision([user]))).toBe(`${there}: alias`);
    const TargetKeyId = (await kmsThere.send(new CreateKeyCommand({}))).KeyMetadata!.KeyId!;
    await kmsThere.send(new UpdateAliasCommand({ AliasName: alias, TargetKeyId }));
    expect(problems(await workspace.provision([user]))[0]?.what).toContain('not at a replica of');
  });

  test('a key of one region is explained', async () => {
    await workspace.options({});
    await workspace.provision([user]);
    await workspace.options({ stages: { dev: { replicaRegions: [there] } } });
    expect(problems(await workspace.provision([user]))[0]?.what).toContain('is single-region');
  });
});
