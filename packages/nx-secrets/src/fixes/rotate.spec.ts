import {
  CreateAliasCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import { UpdateSecretVersionStageCommand } from '@aws-sdk/client-secrets-manager';
import { logger } from '@nx/devkit';
import { commandsOf } from '../testing/pasted.test-kit';
import { pathIn, useFixes, users } from './fixes.test-kit';

const fixes = useFixes();
const alias = 'alias/user-service-dev';
const secret = '/services/user-service/dev';
const file = pathIn(users, 'secrets/dev.enc.yaml');
const sync = () => fixes.target(users, 'sync-secrets', { stage: 'dev' });
const keyOf = async (KeyId = alias) =>
  (await fixes.kms().send(new DescribeKeyCommand({ KeyId }))).KeyMetadata!;
const revoke = `npx nx g nx-secrets:rotate --revoke --stage=dev --project=${users.project}`;

let leaked: string;
fixes.prepare(async () => {
  await fixes.setUp(users, 'dev');
  await sync();
});
beforeEach(async () => {
  leaked = (await keyOf()).KeyId!;
});

/** Runs --revoke, which fails; gives the commands that it prints. */
const failing = async () => {
  jest.mocked(logger.info).mockClear();
  await fixes.refused(revoke);
  const text = jest.mocked(logger.info).mock.calls.flat().join('\n');
  const [, fix = ''] = /fix: {3}([^]*?)\n *code: /.exec(text) ?? [];
  expect(text).toContain(leaked);
  return commandsOf(fix.replaceAll(/^ +/gm, ''));
};
const expectRevoked = async () => {
  expect((await keyOf(leaked)).KeyState).toBe('PendingDeletion');
  expect((await keyOf()).KeyState).toBe('Enabled');
  await fixes.commit();
  expect(await sync()).toEqual([]);
  expect(await fixes.valueOf(secret)).toBe('{"A":"one"}');
};
const paste = async (lines: readonly string[], places: Readonly<Record<string, string>> = {}) => {
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines) await fixes.paste(line, { places });
};

test.each([
  ['disabled', () => fixes.kms().send(new DisableKeyCommand({ KeyId: leaked }))],
  ['scheduled for deletion', () => fixes.kms().send(new ScheduleKeyDeletionCommand({ KeyId: leaked }))],
])('--revoke of a key that is %s', async (_, off) => {
  await off();
  await paste(await failing());
  await expectRevoked();
});

test('--revoke while a label of somebody else needs the key', async () => {
  const [id] = [...(await fixes.versionsOf(secret))].find(([, labels]) => labels.includes('AWSCURRENT'))!;
  const move = { SecretId: secret, VersionStage: 'blue', MoveToVersionId: id };
  for (const value of ['two', 'three', 'one']) {
    if (value === 'two') await fixes.client().send(new UpdateSecretVersionStageCommand(move));
    await fixes.paste(`npx nx g nx-secrets:set A --stage=dev --project=${users.project}`, {
      values: { A: value },
    });
    await fixes.commit();
    await sync();
  }
  jest.mocked(logger.info).mockClear();
  await fixes.paste(revoke);
  const text = jest.mocked(logger.info).mock.calls.flat().join('\n').replaceAll(/^ +/gm, '');
  expect(text).toContain(leaked);
  await paste(commandsOf(text).filter((line) => !line.includes(':set ')));
  await expectRevoked();
});

test('--revoke while an alias of somebody else needs the key', async () => {
  await fixes.kms().send(new CreateAliasCommand({ AliasName: 'alias/reports', TargetKeyId: leaked }));
  const lines = await failing();
  await paste(lines, { key: (await keyOf()).KeyId! });
  await expectRevoked();
});

test('--revoke where the file names the key by its ARN, too', async () => {
  const rules = fixes.read(`${users.root}/.sops.yaml`);
  const { Arn } = await keyOf();
  const more = rules.replace(/^( +)- arn: .*$/m, (line, indent: string) => `${indent}- arn: ${Arn}\n${line}`);
  await fixes.write({ [`${users.root}/.sops.yaml`]: more });
  const update = `npx sops-codec --config ${users.root}/.sops.yaml updatekeys --yes ${file}`;
  await fixes.paste(update);
  await fixes.configure({ stages: { dev: { recipients: { kms: [Arn] } } } });
  const lines = await failing();
  await fixes.write({ [`${users.root}/.sops.yaml`]: rules });
  await paste(lines);
  await expectRevoked();
});
