import { CreateAliasCommand, CreateKeyCommand } from '@aws-sdk/client-kms';
import { ListSecretVersionIdsCommand } from '@aws-sdk/client-secrets-manager';
import { encrypt, readPlain, type Keyring } from 'sops-codec';
import { stagedLabel } from '../aws/secrets-manager/secrets';
import { clientsOf, createAwsInProcess } from '../testing/aws-in-process.test-kit';
import { account } from '../testing/aws-workspace.test-kit';
import { apply, type ApplyContext } from './apply';
import {
  desiredBy,
  keyAlias,
  makeContents,
  openKeyring,
  type Letter,
} from './interleavings/commits.test-kit';
import { readRemote } from './remote';
import type { Action, Desired } from './states';

const secretName = '/services/user-service/dev';

/** An AWS of its own, with what the plugin needs to apply an action there, and the data keys that it was given. */
async function setup() {
  const aws = createAwsInProcess();
  const { KeyMetadata } = await aws.kms().send(new CreateKeyCommand({}));
  await aws.kms().send(new CreateAliasCommand({ AliasName: keyAlias, TargetKeyId: KeyMetadata?.KeyId }));
  const secretsManager = aws.secretsManager();
  const dataKeys: Uint8Array[] = [];
  const keyring: Keyring = {
    ...openKeyring,
    unwrap: async (...asked) => {
      const key = await openKeyring.unwrap(...asked);
      dataKeys.push(key);
      return key;
    },
  };
  const clients = clientsOf({ secretsManager });
  const context: ApplyContext = { clients, keyring, account: async () => account };
  const labels = async () => {
    const { Versions = [] } = await secretsManager.send(
      new ListSecretVersionIdsCommand({ SecretId: secretName }),
    );
    return Object.fromEntries(
      Versions.map(({ VersionId = '', VersionStages = [] }) => [
        VersionId,
        VersionStages.filter((label) => label !== stagedLabel),
      ]),
    );
  };
  return { context, dataKeys, labels, remote: (desired: Desired) => readRemote(clients, desired) };
}

const contents = makeContents();
const desired = async (letter: Letter): Promise<Desired> => desiredBy(secretName, (await contents)[letter]);
const update = (from: Desired | undefined): Action => ({ kind: 'update', from: from?.token, repairs: {} });
const promote = (from: Desired | undefined): Action => ({ kind: 'promote', from: from?.token, repairs: {} });

/** Deploys contents one after the other. */
async function deploy(context: ApplyContext, ...letters: readonly Letter[]): Promise<readonly Desired[]> {
  const all = await Promise.all(letters.map(desired));
  for (const [index, one] of all.entries())
    await apply(index === 0 ? { kind: 'create' } : update(all[index - 1]), one, context);
  return all;
}

describe('create', () => {
  test('the secret is current with its tags and description', async () => {
    const { context, remote } = await setup();
    const a = await desired('A');
    expect(await apply({ kind: 'create' }, a, context)).toEqual({ kind: 'created' });
    expect(await remote(a)).toMatchObject({
      kind: 'present',
      current: a.token,
      tags: a.tags,
      description: a.description,
    });
  });

  test('of a secret that somebody else made meanwhile changes nothing', async () => {
    const { context, labels } = await setup();
    const [a] = await deploy(context, 'A');
    expect(await apply({ kind: 'create' }, await desired('B'), context)).toEqual({ kind: 'moved' });
    expect(await labels()).toEqual({ [a!.token]: ['AWSCURRENT'] });
  });

  test('of a version that was replaced meanwhile is not taken for done, as AWS answers', async () => {
    const { context, labels } = await setup();
    const [a, b] = await deploy(context, 'A', 'B');
    expect(await apply({ kind: 'create' }, a!, context)).toEqual({ kind: 'moved' });
    expect(await labels()).toMatchObject({ [a!.token]: ['AWSPREVIOUS'], [b!.token]: ['AWSCURRENT'] });
  });

  test('with credentials of another account is refused before anything is written', async () => {
    const { context, remote, dataKeys } = await setup();
    const a = await desired('A');
    const elsewhere = { ...context, account: async () => '999988887777' };
    await expect(apply({ kind: 'create' }, a, elsewhere)).rejects.toThrow('999988887777');
    expect((await remote(a)).kind).toBe('absent');
    expect(dataKeys).toEqual([]);
  });
});

describe('update', () => {
  test('moves AWSCURRENT to the new version', async () => {
    const { context, labels } = await setup();
    const [a] = await deploy(context, 'A');
    const b = await desired('B');
    expect(await apply(update(a), b, context)).toEqual({ kind: 'updated' });
    expect(await labels()).toMatchObject({ [a!.token]: ['AWSPREVIOUS'], [b.token]: ['AWSCURRENT'] });
  });

  test.each([
    ['current', 1],
    ['previous', 0],
  ])('to a version that is %s meanwhile leaves the labels where they are', async (_, index) => {
    const { context, labels } = await setup();
    const all = await deploy(context, 'A', 'B');
    const before = await labels();
    expect(await apply(update(all[1]), all[index]!, context)).toEqual({ kind: 'moved' });
    expect(await labels()).toEqual(before);
  });

  test('from a version that is not current any more moves nothing', async () => {
    const { context, labels } = await setup();
    const [a, b] = await deploy(context, 'A', 'B');
    const c = await desired('C');
    expect(await apply(update(a), c, context)).toEqual({ kind: 'moved', tried: 'updated' });
    expect(await labels()).toMatchObject({ [a!.token]: ['AWSPREVIOUS'], [b!.token]: ['AWSCURRENT'] });
    expect((await labels())[c.token]).not.toContain('AWSCURRENT');
  });
});

test('promote moves AWSCURRENT back to a version that is there, and decrypts nothing', async () => {
  const { context, labels, dataKeys } = await setup();
  const [a, b] = await deploy(context, 'A', 'B');
  dataKeys.length = 0;
  expect(await apply(promote(b), a!, context)).toEqual({ kind: 'promoted' });
  expect(await labels()).toMatchObject({ [a!.token]: ['AWSCURRENT'], [b!.token]: ['AWSPREVIOUS'] });
  expect(dataKeys).toEqual([]);
});

test('deploy, revert and deploy again: each content is current once more, in one version each', async () => {
  const { context, labels } = await setup();
  const [a, b] = await deploy(context, 'A', 'B');
  for (const [from, to] of [
    [b, a],
    [a, b],
    [b, a],
  ] as const) {
    expect(await apply(promote(from), to!, context)).toEqual({ kind: 'promoted' });
    expect((await labels())[to!.token]).toContain('AWSCURRENT');
  }
  expect(Object.keys(await labels())).toHaveLength(2);
});

describe('the data key is zeros', () => {
  const isZero = (key: Uint8Array) => key.every((byte) => byte === 0);

  test('after a push', async () => {
    const { context, dataKeys } = await setup();
    await deploy(context, 'A', 'B');
    expect(dataKeys).toHaveLength(2);
    expect(dataKeys.every(isZero)).toBe(true);
  });

  test('after a value that cannot be pushed, and nothing is written', async () => {
    const { context, dataKeys, labels } = await setup();
    const [a] = await deploy(context, 'A');
    const file = await encrypt(
      readPlain(`KEY: ${'x'.repeat(70_000)}\n`, 'yaml'),
      { format: 'yaml', groups: a!.file.metadata.groups },
      openKeyring,
    );
    dataKeys.length = 0;
    await expect(apply(update(a), { ...(await desired('B')), file }, context)).rejects.toThrow('70010 bytes');
    expect(dataKeys).toHaveLength(1);
    expect(dataKeys.every(isZero)).toBe(true);
    expect(await labels()).toEqual({ [a!.token]: ['AWSCURRENT'] });
  });
});
