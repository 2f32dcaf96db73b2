import { parse, serialize, type EncryptedFile, type WrappedKey } from 'sops-codec';
import { withPendingValue } from '../../secret-file/pending-values';
import { shopOptions } from '../../policies/roles.test-kit';
import { account, region } from '../../testing/aws-workspace.test-kit';
import { user } from '../../keys/key-workspace.test-kit';
import { told, useWho } from './who.test-kit';

const workspace = useWho();
const prod = `${user}/secrets/prod.enc.yaml`;
const dev = `${user}/secrets/dev.enc.yaml`;
const age = (letter: string) => `age1${letter.repeat(58)}`;
const createdAt = '2026-11-28T00:00:00Z';
const fingerprint = 'FBC7B9E2A4F9289AC0C1D4843D16CEE4A27381B4';

const fileAt = (path: string) => parse(Buffer.from(workspace.read(path)), 'yaml');
const write = (file: EncryptedFile) => workspace.write({ [prod]: serialize(file) });
const withRecipients = (file: EncryptedFile, ...more: readonly WrappedKey[]): EncryptedFile => ({
  ...file,
  metadata: { ...file.metadata, groups: [[...(file.metadata.groups[0] ?? []), ...more]] },
});
const options = {
  stages: {
    dev: shopOptions.stages.dev,
    prod: { ...shopOptions.stages.prod, recipients: { age: [age('q'), age('z')] } },
  },
};

beforeEach(async () => {
  await workspace.make(options);
  await workspace.set(user, 'dev', 'smtp.password', 'hunter3');
  // A pending value that the key of another stage opens: nobody asked for that.
  const whole = withRecipients(
    fileAt(prod),
    { kind: 'age', recipient: age('q'), enc: 'x' },
    { kind: 'pgp', fp: fingerprint, enc: 'x', createdAt },
  );
  await write(withPendingValue(whole, fileAt(dev)));
  workspace.audit();
});

test('recipients of the file: those that nx.json lists, others, and those that the file lacks', async () => {
  const { text, stage } = await workspace.ask();
  expect(told(stage.access.filter(({ sources }) => sources[0]?.kind === 'recipient of the file'))).toEqual([
    `kms arn:aws:kms:${region}:${account}:alias/user-service-prod opens the file`,
    `pgp ${fingerprint} opens the file`,
    `age ${age('q')} opens the file`,
    `kms arn:aws:kms:${region}:${account}:alias/user-service-dev opens a pending value`,
  ]);
  expect(stage.differences.filter(({ who }) => /^(?:age|pgp|kms) /.test(who))).toMatchObject([
    { kind: 'allowed, not in nx.json', who: `pgp ${fingerprint}`, capability: 'opens the file' },
    {
      kind: 'allowed, not in nx.json',
      who: expect.stringContaining('user-service-dev'),
      capability: 'opens a pending value',
    },
    {
      kind: 'in nx.json, not allowed',
      who: `age ${age('z')}`,
      why: 'it is not among the recipients of the file',
    },
  ]);
  expect(stage.notes).toContain(
    'recipients are what the file says of itself; whoever can commit the file can write them',
  );
  expect(text).toMatch(new RegExp(`age ${age('q')} +opens the file +by the file; nx.json: recipients.age`));
  expect(text).toMatch(new RegExp(`pgp ${fingerprint} +opens the file +by the file alone`));
});

test('a key of the file: the recipients of the file, not those of a pending value', async () => {
  const { text, stage } = await workspace.ask({ key: 'DATABASE_URL' });
  expect(told(stage.access.filter(({ access }) => access === 'read'))).toEqual([
    'role/user-service-prod reads the secret',
    'role/user-service-prod-sync opens the file',
    'role/user-service-lead opens the file',
    'role/prod-pipeline opens the file',
    `kms arn:aws:kms:${region}:${account}:alias/user-service-prod opens the file`,
    `pgp ${fingerprint} opens the file`,
    `age ${age('q')} opens the file`,
  ]);
  expect(text).toContain('  the value of DATABASE_URL:\n');
  expect(text).not.toContain('may administer');
  expect(text).not.toMatch(/hunter/);
});

test.each(['smtp', 'smtp.password'])('%s, a pending value: its own recipients', async (key) => {
  const { stage } = await workspace.ask({ key });
  const recipients = stage.access.filter(({ sources }) => sources[0]?.kind === 'recipient of the file');
  expect(recipients).toMatchObject([
    {
      who: expect.stringContaining('alias/user-service-dev'),
      capability: 'opens a pending value',
      keys: ['smtp.password'],
    },
  ]);
  expect(stage.pending).toEqual(['smtp.password']);
});

test('a value that is not encrypted: everybody who reads the repository', async () => {
  await workspace.write({ [prod]: `PLAIN_unencrypted: 5\n${workspace.read(prod)}` });
  const { text, stage } = await workspace.ask({ key: 'PLAIN_unencrypted' });
  expect(stage.unencrypted).toEqual(['PLAIN_unencrypted']);
  expect(text).toMatch(
    /everybody who can read the repository +reads PLAIN_unencrypted +not encrypted in the file/,
  );
  expect((await workspace.ask({ key: 'DATABASE_URL' })).stage.unencrypted).toEqual([]);
});

test('several key groups: how many are needed', async () => {
  const file = fileAt(prod);
  const [group = []] = file.metadata.groups;
  await write({
    ...file,
    metadata: {
      ...file.metadata,
      shamirThreshold: 2,
      groups: [
        group,
        [{ kind: 'age', recipient: age('q'), enc: 'x' }],
        [{ kind: 'pgp', fp: fingerprint, enc: 'x', createdAt }],
      ],
    },
  });
  const { text } = await workspace.ask();
  expect(text).toContain('the file opens with 2 of its 3 key groups together only');
});

test('a file that cannot be read is named, and what AWS has is still reported', async () => {
  await workspace.write({ [prod]: 'sops: [' });
  const { stage } = await workspace.ask();
  expect(stage.unknown.map(({ what }) => what)).toEqual([`the recipients of ${prod}`]);
  expect(told(stage.access)).toContain('role/user-service-prod reads the secret');
});

test('names with escape codes and line breaks reach no terminal', async () => {
  const file = fileAt(prod);
  const evil = 'age1\u001b[31m\n::error::x\u202e';
  await write(withRecipients(file, { kind: 'age', recipient: evil, enc: 'x' }));
  const { text, stage } = await workspace.ask();
  // eslint-disable-next-line no-control-regex
  expect(text).not.toMatch(/[\u001b\u202e]|^::/m);
  expect(stage.differences.map(({ who }) => who)).toContain(`age ${evil}`);
});
