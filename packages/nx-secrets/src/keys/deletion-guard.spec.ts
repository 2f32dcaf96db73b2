import { CreateAliasCommand, CreateKeyCommand, ListKeysCommand, type KeyMetadata } from '@aws-sdk/client-kms';
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { outcomes, problems } from '../testing/aws-workspace.test-kit';
import { deletionBlocker, type KeyUses } from './deletion-guard';
import { desiredKey } from './desired-key.test-kit';
import { alias, noteOf, user, useKeyWorkspace } from './key-workspace.test-kit';
import { unusedDescriptionOf } from '../aws/tags';

const none: KeyUses = { aliases: [], files: [], secrets: [], named: [] };

test.each<[string, Partial<KeyUses>, string | undefined]>([
  ['nothing', {}, undefined],
  ['an alias', { aliases: ['alias/reports'] }, 'alias/reports'],
  ['a file', { files: ['secrets/dev.enc.yaml'] }, 'secrets/dev.enc.yaml'],
  ['a secret', { secrets: ['/services/user-service/dev'] }, '/services/user-service/dev'],
  ['nx.json', { named: ['services/pay, stage dev'] }, 'services/pay, stage dev'],
])('a key that %s needs', (_, uses, named) => {
  const problem = deletionBlocker({ id: 'key-id' }, { ...none, ...uses });
  if (named === undefined) expect(problem).toBeUndefined();
  else expect(problem?.what).toMatch(new RegExp(`key-id is still needed.*${named}`));
});

describe('a key that looks as if it was made in vain', () => {
  const workspace = useKeyWorkspace();
  const file = `${user}/secrets/dev.enc.yaml`;
  const makeKey = async () => {
    const { names, tags } = desiredKey();
    const { KeyMetadata } = await workspace.kms().send(
      new CreateKeyCommand({
        Description: unusedDescriptionOf(names),
        Tags: Object.entries(tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
      }),
    );
    return KeyMetadata!;
  };
  const nameInFile = async (arn: string) => {
    const text = workspace.read(file);
    await workspace.write({ [file]: text.replace(/arn:aws:kms:\S+alias\/user-service-dev/, arn) });
  };

  beforeEach(() => workspace.init({ directory: user, stages: 'dev' }));

  test('goes where nothing needs it', async () => {
    const { KeyId } = await makeKey();
    const report = await workspace.provision([user]);
    expect(outcomes(report)).toEqual(['user-service dev unchanged']);
    expect(noteOf(report)).toBe(`redundant key ${KeyId} is scheduled for deletion`);
    expect((await workspace.key(KeyId)).KeyState).toBe('PendingDeletion');
  });

  test.each<[string, (key: KeyMetadata) => Promise<unknown>, string]>([
    [
      'the secret is encrypted with it',
      ({ Arn: KmsKeyId }) =>
        workspace
          .client()
          .send(new CreateSecretCommand({ Name: '/services/user-service/dev', SecretString: 'x', KmsKeyId })),
      '/services/user-service/dev',
    ],
    ['the secret file names it', ({ Arn = '' }) => nameInFile(Arn), file],
    [
      'nx.json names it for another service, as a key that somebody else makes',
      ({ Arn }) => {
        const options = { stages: { dev: {} }, services: { 'services/pay': { kmsKeyArn: { dev: Arn } } } };
        return workspace.write({
          'nx.json': JSON.stringify({ plugins: [{ plugin: 'nx-secrets', options }] }),
        });
      },
      'services/pay, stage dev, by "kmsKeyArn" in nx.json',
    ],
  ])('stays, and is named, where %s', async (_, use, named) => {
    const key = await makeKey();
    await use(key);
    const [problem] = problems(await workspace.provision([user]));
    expect(problem?.what).toContain(`key ${key.KeyId} is redundant for ${alias}`);
    expect(problem?.what).toContain(named);
    expect((await workspace.key(key.KeyId)).KeyState).toBe('Enabled');
  });

  test('stays where somebody else has given it an alias', async () => {
    const { KeyId } = await makeKey();
    await workspace.kms().send(new CreateAliasCommand({ AliasName: 'alias/reports', TargetKeyId: KeyId }));
    expect(outcomes(await workspace.provision([user]))).toEqual(['user-service dev unchanged']);
    expect((await workspace.key(KeyId)).KeyState).toBe('Enabled');
    expect((await workspace.kms().send(new ListKeysCommand({}))).Keys).toHaveLength(2);
  });
});
