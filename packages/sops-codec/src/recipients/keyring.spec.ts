import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateAliasCommand, CreateKeyCommand, KMSClient, type DecryptCommand } from '@aws-sdk/client-kms';
import { generateHybridIdentity, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { startLocalAws, type LocalAws } from 'local-aws-secrets';
import { decrypt, encrypt, type KmsCommand, type SopsError } from '../index';
import type { Document } from '../model/tree';
import { sessionName } from './aws-kms';
import { createKeyring } from './keyring';
import type { Recipient } from './recipient';

const before = { ...process.env };
const document: Document = {
  kind: 'map',
  items: [{ kind: 'item', key: 'k', value: { kind: 'str', text: 'v' } }],
};
const roundTrip = async (recipient: Recipient) => {
  const file = await encrypt([document], { format: 'yaml', groups: [[recipient]] }, createKeyring());
  return (await decrypt(file, createKeyring())).documents;
};

afterEach(() => {
  process.env = { ...before };
});

describe('AWS KMS', () => {
  let aws: LocalAws;
  const arn = 'arn:aws:kms:eu-central-1:123456789012:alias/user-dev';
  const kms: Recipient = { kind: 'kms', arn, awsProfile: '', context: { service: 'user', stage: 'dev' } };

  beforeAll(async () => {
    aws = await startLocalAws();
  });
  afterAll(() => aws.stop());
  beforeEach(async () => {
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: aws.endpoint,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: '123456789012',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    });
    aws.reset();
    const client = new KMSClient({ region: 'eu-central-1' });
    const { KeyMetadata } = await client.send(new CreateKeyCommand({}));
    await client.send(
      new CreateAliasCommand({ AliasName: 'alias/user-dev', TargetKeyId: KeyMetadata?.KeyId }),
    );
    client.destroy();
    aws.resetCalls();
  });

  test("in the ARN's own region, whatever the environment says", async () => {
    expect(await roundTrip(kms)).toEqual([document]);
    expect(aws.calls()).toEqual({ 'kms:Encrypt': 1, 'kms:Decrypt': 1 });
  });

  test('another context does not open the file', async () => {
    const file = await encrypt([document], { format: 'yaml', groups: [[kms]] }, createKeyring());
    const [key] = file.metadata.groups[0] ?? [];
    const other = {
      ...file,
      metadata: { ...file.metadata, groups: [[{ ...key!, context: { service: 'user', stage: 'prod' } }]] },
    };
    await expect(decrypt(other, createKeyring())).rejects.toThrow('InvalidCiphertextException');
  });

  test('a role is assumed', async () => {
    expect(await roundTrip({ ...kms, role: 'arn:aws:iam::123456789012:role/opener' })).toEqual([document]);
    expect(aws.calls()['sts:AssumeRole']).toBe(2);
  });

  test('a profile brings its own credentials; those of the environment are not used', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'sops-codec-test-'));
    writeFileSync(
      join(directory, 'credentials'),
      '[team]\naws_access_key_id = 123456789012\naws_secret_access_key = x\n',
    );
    process.env['AWS_SHARED_CREDENTIALS_FILE'] = join(directory, 'credentials');
    process.env['AWS_ACCESS_KEY_ID'] = '999999999999';
    expect(await roundTrip({ ...kms, awsProfile: 'team' })).toEqual([document]);
    rmSync(directory, { recursive: true });
    await expect(roundTrip({ ...kms, awsProfile: 'nobody' })).rejects.toThrow('CredentialsProviderError');
  });

  test.each([
    ['an alias that does not exist', { ...kms, arn: `${arn}-x` }, 'NotFoundException', 'does not exist'],
    ['a bare alias', { ...kms, arn: 'alias/user-dev' }, 'not the ARN', 'name no region'],
    [
      'an ARN that smuggles a host',
      { ...kms, arn: 'arn:aws:kms:evil.example/x:1:key/a' },
      'not the ARN',
      'name no region',
    ],
  ])('%s has its message and fix', async (_, recipient, what, fix) => {
    const attempt = encrypt([document], { format: 'yaml', groups: [[recipient]] }, createKeyring());
    await expect(attempt).rejects.toMatchObject({
      what: expect.stringContaining(what),
      fix: expect.stringContaining(fix),
    });
  });

  test.each([
    ['AccessDeniedException', 'accessDenied'],
    ['NotFoundException', 'keyNotFound'],
    ['DisabledException', 'keyUnusable'],
    ['KMSInvalidStateException', 'keyUnusable'],
    ['InvalidCiphertextException', 'badWrappedKey'],
    ['ExpiredTokenException', 'badCredentials'],
    ['UnrecognizedClientException', 'badCredentials'],
    ['SomethingNewException', 'recipientFailed'],
  ])('%s has the code %s, and a cause without a text', async (name, code) => {
    const file = await encrypt([document], { format: 'yaml', groups: [[kms]] }, createKeyring());
    aws.injectFault({ operation: 'kms:Decrypt', kind: { error: name, message: 'canary' }, count: 1 });
    const error = await decrypt(file, createKeyring()).catch((reason: SopsError) => reason);
    expect(error).toMatchObject({ code, failures: [{ code, cause: { name, message: '' } }] });
  });

  test('a service that nobody answers for is unreachable', async () => {
    const file = await encrypt([document], { format: 'yaml', groups: [[kms]] }, createKeyring());
    process.env['AWS_ENDPOINT_URL'] = 'http://127.0.0.1:1';
    process.env['AWS_MAX_ATTEMPTS'] = '1';
    await expect(decrypt(file, createKeyring())).rejects.toMatchObject({ code: 'recipientUnreachable' });
  });

  test('each recipient that failed is listed with its own reason', async () => {
    const identity = await generateX25519Identity();
    const age: Recipient = { kind: 'age', recipient: await identityToRecipient(identity) };
    const file = await encrypt([document], { format: 'yaml', groups: [[kms, age]] }, createKeyring());
    aws.injectFault({
      operation: 'kms:Decrypt',
      kind: { error: 'AccessDeniedException', message: 'no such luck' },
      count: 1,
    });
    await expect(decrypt(file, createKeyring({ age: { identities: [] } }))).rejects.toMatchObject({
      code: 'accessDenied',
      failures: [
        { code: 'noIdentity' },
        { code: 'accessDenied', where: expect.stringContaining('alias/user-dev') },
      ],
      what: expect.stringMatching(
        /age1.*no age identity.*alias\/user-dev.*AccessDeniedException: no such luck/s,
      ),
    });
  });

  test('one client serves many files', async () => {
    const file = await encrypt(
      [document],
      { format: 'yaml', groups: [[{ ...kms, role: 'arn:aws:iam::123456789012:role/opener' }]] },
      createKeyring(),
    );
    aws.resetCalls();
    const keyring = createKeyring({ rememberFor: 0 });
    for (let count = 0; count < 5; count += 1) await decrypt(file, keyring);
    expect(aws.calls()).toEqual({ 'kms:Decrypt': 5, 'sts:AssumeRole': 1 });
  });

  test('200 copies of a file are one call, one after the other and at once', async () => {
    const file = await encrypt([document], { format: 'yaml', groups: [[kms]] }, createKeyring());
    aws.resetCalls();
    const keyring = createKeyring();
    for (let count = 0; count < 100; count += 1) {
      const opened = await decrypt(file, keyring);
      expect(opened.documents).toEqual([document]);
      opened.dataKey.fill(0);
    }
    await Promise.all(Array.from({ length: 100 }, () => decrypt(file, keyring)));
    expect(aws.calls()).toEqual({ 'kms:Decrypt': 1 });
    keyring.forget();
    expect((await decrypt(file, keyring)).documents).toEqual([document]);
    expect(aws.calls()).toEqual({ 'kms:Decrypt': 2 });
  });

  test('a key is not remembered for another context, client or identity', async () => {
    const file = await encrypt([document], { format: 'yaml', groups: [[kms]] }, createKeyring());
    const withContext = (context: Record<string, string>) => ({
      ...file,
      metadata: {
        ...file.metadata,
        groups: [file.metadata.groups[0]!.map((key) => ({ ...key, context }) as typeof key)],
      },
    });
    let identity = { accessKeyId: '123456789012', secretAccessKey: 'x' };
    const own = () => new KMSClient({ region: 'eu-central-1', credentials: async () => identity });
    const clients = [own(), own()];
    let current = clients[0]!;
    const keyring = createKeyring({ awsKms: { clientFor: () => current } });
    aws.resetCalls();
    await decrypt(file, keyring);
    // Joined into one text, these are the same pairs.
    await expect(decrypt(withContext({ service: 'user,stage:dev' }), keyring)).rejects.toMatchObject({
      code: 'badWrappedKey',
    });
    expect(aws.calls()).toEqual({ 'kms:Decrypt': 2 });
    current = clients[1]!;
    await decrypt(file, keyring);
    expect(aws.calls()).toEqual({ 'kms:Decrypt': 3 });
    identity = { accessKeyId: '999999999999', secretAccessKey: 'x' };
    const stranger = own();
    current = stranger;
    await expect(decrypt(file, keyring)).rejects.toMatchObject({ code: 'accessDenied' });
    [...clients, stranger].forEach((client) => client.destroy());
  });

  test('a key is not remembered for another session of the same client', async () => {
    const file = await encrypt([document], { format: 'yaml', groups: [[kms]] }, createKeyring());
    let accessKeyId = '123456789012';
    const sdk = new KMSClient({ region: 'eu-central-1' });
    const client = {
      config: { credentials: async () => ({ accessKeyId }) },
      send: (command: KmsCommand): Promise<unknown> => sdk.send(command as DecryptCommand),
    };
    const keyring = createKeyring({ awsKms: { clientFor: async () => client } });
    aws.resetCalls();
    await decrypt(file, keyring);
    await decrypt(file, keyring);
    accessKeyId = 'ASIAOTHER';
    await decrypt(file, keyring);
    expect(aws.calls()).toEqual({ 'kms:Decrypt': 2 });
    sdk.destroy();
  });

  test('a recipient needs no profile', async () => {
    expect(await roundTrip({ kind: 'kms', arn, context: undefined, role: undefined })).toEqual([document]);
  });
});

describe('age', () => {
  test('identities of the environment', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'sops-codec-test-'));
    const [a, b] = [await generateX25519Identity(), await generateX25519Identity()];
    writeFileSync(join(directory, 'keys.txt'), `# created: today\n${b}\n`);
    const file = await encrypt(
      [document],
      { format: 'yaml', groups: [[{ kind: 'age', recipient: await identityToRecipient(b) }]] },
      createKeyring(),
    );
    process.env['XDG_CONFIG_HOME'] = directory;
    process.env['SOPS_AGE_KEY'] = a;
    await expect(decrypt(file, createKeyring())).rejects.toThrow('none of the 1 age identities');
    process.env['SOPS_AGE_KEY_FILE'] = join(directory, 'keys.txt');
    expect((await decrypt(file, createKeyring())).documents).toEqual([document]);
    rmSync(directory, { recursive: true });
  });

  test('one keyring looks for identities once, for many files', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'sops-codec-test-'));
    const identity = await generateX25519Identity();
    const age: Recipient = { kind: 'age', recipient: await identityToRecipient(identity) };
    const file = await encrypt([document], { format: 'yaml', groups: [[age]] }, createKeyring());
    process.env['SOPS_AGE_KEY_FILE'] = join(directory, 'keys.txt');
    writeFileSync(join(directory, 'keys.txt'), identity);
    const keyring = createKeyring();
    await decrypt(file, keyring);
    rmSync(directory, { recursive: true });
    expect((await decrypt(file, keyring)).documents).toEqual([document]);
    await expect(decrypt(file, createKeyring())).rejects.toThrow('no age identity found');
  });

  test('a command that prints identities receives the recipient, and no shell is involved', async () => {
    const identity = await generateX25519Identity();
    const recipient = await identityToRecipient(identity);
    const script = 'console.log(process.env.SOPS_AGE_RECIPIENT === process.argv[1] ? process.argv[2] : "")';
    process.env['SOPS_AGE_KEY_CMD'] = `'${process.execPath}' -e '${script}' ${recipient} ${identity}`;
    expect(await roundTrip({ kind: 'age', recipient })).toEqual([document]);
    process.env['SOPS_AGE_KEY_CMD'] = 'false';
    await expect(roundTrip({ kind: 'age', recipient })).rejects.toThrow('SOPS_AGE_KEY_CMD failed');
  });

  test.each([
    ['of a plugin', 'AGE-PLUGIN-YUBIKEY-1QQPQYQGZ7', 'age plugin yubikey is not allowed to run'],
    ['with a passphrase', '-----BEGIN AGE ENCRYPTED FILE-----\nx\n', 'protected by a passphrase'],
    ['with a bad line', 'AGE-SECRET-KEY-1QQ\nnonsense', 'has a line that is not an age identity'],
  ])('identities %s are reported', async (_, text, what) => {
    const recipient = await identityToRecipient(await generateX25519Identity());
    process.env['SOPS_AGE_KEY'] = text;
    await expect(roundTrip({ kind: 'age', recipient })).rejects.toThrow(what);
  });

  test('post-quantum identities', async () => {
    const identity = await generateHybridIdentity();
    process.env['SOPS_AGE_KEY'] = identity;
    expect(await roundTrip({ kind: 'age', recipient: await identityToRecipient(identity) })).toEqual([
      document,
    ]);
  });

  test('a text that is not a recipient', async () => {
    await expect(roundTrip({ kind: 'age', recipient: 'age1nonsense' })).rejects.toThrow(
      'not an age recipient',
    );
  });
});

test.each([
  ['build-host.example.org', 'sops@buildhost.example.org'],
  ['host ünïcode!', 'sops@hostncode'],
  ['a'.repeat(100), `sops@${'a'.repeat(59)}`],
])('the session name of host %s', (host, name) => {
  expect(sessionName(host)).toBe(name);
});
