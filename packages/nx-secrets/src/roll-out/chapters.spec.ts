import { DecryptCommand, KMSClient } from '@aws-sdk/client-kms';
import { commandsUnder } from '../testing/guide.test-kit';
import { moved, nonprod, prod } from './accounts.test-kit';
import { useRollOut } from './roll-out.test-kit';

const rollOut = useRollOut();
beforeEach(() => rollOut.follow('Set up'), 60_000);

const orders = { DATABASE_URL: 'postgres://orders' };
const payments = { STRIPE_KEY: 'sk_of_payments' };
const regions = ['eu-west-1', 'eu-central-1'] as const;

/** What a service reads of its own secret. */
const read = (account: string, service: string, stage: string, region: string) =>
  rollOut.readAsService(account, `${service}-${stage}`, `/services/${service}/${stage}`, region);
/** Everybody reads what they have read. */
const othersRead = async () => {
  for (const region of regions) {
    expect(await read(nonprod, 'orders', 'dev', region)).toEqual(orders);
    expect(await read(prod, 'orders', 'prod', region)).toEqual(orders);
  }
};
const refused = { name: 'AccessDeniedException' };
const writes = () =>
  Object.keys(rollOut.aws().calls()).filter((call) => /:(Put|Update|Create|Delete|Schedule|Tag)/.test(call));
/** The pipeline also sets the policies of the secrets that its last run made. */
const valueWrites = () => writes().filter((call) => !call.endsWith(':PutResourcePolicy'));

test('a service is added', async () => {
  await rollOut.follow('A service is added');
  for (const region of regions) {
    expect(await read(nonprod, 'invoices', 'dev', region)).toEqual({ MAIL_KEY: 'mail_of_invoices' });
    expect(await read(prod, 'invoices', 'prod', region)).toEqual({ MAIL_KEY: 'mail_of_invoices' });
    await expect(
      rollOut.readAsService(prod, 'orders-prod', '/services/invoices/prod', region),
    ).rejects.toMatchObject(refused);
  }
  await othersRead();
}, 60_000);

test('a service is renamed', async () => {
  const heading = 'A service is renamed';
  rollOut.aws().resetCalls();
  await rollOut.run('git mv services/orders services/orders-api');
  await expect(rollOut.pipeline()).rejects.toThrow('secrets:rename --project=orders-api');
  expect(valueWrites()).toEqual([]);
  await rollOut.run('git mv services/orders-api services/orders');
  await rollOut.follow(heading);
  expect(valueWrites()).toEqual([]);
  await othersRead();
}, 60_000);

test('a service leaves', async () => {
  const [remove = '', commitAndPush = '', ...others] = commandsUnder(rollOut.guide, 'A service leaves');
  for (const line of [remove, commitAndPush]) await rollOut.run(line);
  expect(await read(prod, 'payments', 'prod', 'eu-west-1')).toEqual(payments);
  for (const line of others) await rollOut.run(line);
  expect(rollOut.company().rolesIn(prod)).not.toContain('payments-prod');
  expect(rollOut.printed()).toContain('deletion-scheduled');
  for (const [profile, stage] of [
    ['nonprod-admin', 'dev'],
    ['prod-admin', 'prod'],
  ] as const)
    await rollOut.run(
      `aws secretsmanager restore-secret --secret-id /services/payments/${stage} --region eu-west-1 --profile ${profile}`,
    );
  await othersRead();
}, 60_000);

test('a developer leaves', async () => {
  const file = 'services/orders/secrets/dev.enc.yaml';
  const open = (who: string) => rollOut.run(`AWS_PROFILE=${who} npx sops-codec decrypt ${file}`);
  const dataKey = async (who: string) => {
    const [, wrapped = ''] = /enc: (\S+)/.exec(rollOut.read(file)) ?? [];
    return rollOut.within({ AWS_PROFILE: who }, async () => {
      const kms = new KMSClient({});
      const { Plaintext } = await kms.send(
        new DecryptCommand({
          KeyId: 'alias/orders-dev',
          CiphertextBlob: Buffer.from(wrapped, 'base64'),
          EncryptionContext: { service: 'orders', stage: 'dev' },
        }),
      );
      kms.destroy();
      return Buffer.from(Plaintext ?? '').toString('hex');
    });
  };
  const kept = await dataKey('leaver');
  const lines = commandsUnder(rollOut.guide, 'A developer leaves');
  for (const line of lines.slice(0, -1)) await rollOut.run(line);
  await expect(rollOut.run(lines.at(-1) ?? '')).rejects.toThrow('the age of every value');
  expect(rollOut.printed()).toMatch(/set DATABASE_URL --stage=dev[^]*set STRIPE_KEY --stage=dev/);
  await expect(open('leaver')).rejects.toThrow('AccessDenied');
  await expect(dataKey('leaver')).rejects.toMatchObject({
    name: expect.stringContaining('AccessDenied') as string,
  });
  await open('dev');
  expect(await dataKey('dev')).not.toBe(kept);
  await othersRead();
}, 60_000);

test('a stage moves to another region', async () => {
  const heading = 'A stage moves to another region';
  await rollOut.configure(heading);
  await rollOut.follow(heading);
  await othersRead();
  await rollOut.run(
    'AWS_PROFILE=dev npx nx g secrets:set DATABASE_URL --stage=dev --directory=services/orders',
    {
      values: { DATABASE_URL: 'postgres://next' },
    },
  );
  await rollOut.run('git add --all && git commit -m next && git push');
  for (const region of regions)
    expect(await read(nonprod, 'orders', 'dev', region)).toEqual({ DATABASE_URL: 'postgres://next' });
}, 60_000);

test('a stage moves to another account', async () => {
  const lines = commandsUnder(rollOut.guide, 'A stage moves to another account');
  const keys = lines.findIndex((line) => line.endsWith('git push'));
  for (const line of lines.slice(0, keys)) await rollOut.run(line);
  await expect(rollOut.run(lines[keys] ?? '')).rejects.toThrow('the key is in account 111122223333');
  await othersRead();
  for (const line of lines.slice(keys + 1)) await rollOut.run(line);
  for (const region of regions) {
    expect(await read(moved, 'orders', 'dev', region)).toEqual(orders);
    expect(await read(moved, 'payments', 'dev', region)).toEqual(payments);
  }
  await othersRead();
}, 60_000);
