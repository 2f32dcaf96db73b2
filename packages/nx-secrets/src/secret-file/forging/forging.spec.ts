import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateAliasCommand, CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { logger } from '@nx/devkit';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import {
  createKeyring,
  decrypt,
  encrypt,
  readPlain,
  reencrypt,
  type EncryptedFile,
  type Recipient,
} from 'sops-codec';
import { withPendingValue } from '../pending-values';
import { outcomes, problems, region } from '../../testing/aws-workspace.test-kit';
import {
  evil,
  forged,
  literalPgp,
  payment,
  paymentSecret,
  useForgedWorkspace,
  user,
  userDev,
  userProd,
  userSecret,
  wrappingAs,
} from './forgery.test-kit';

const workspace = useForgedWorkspace();
const text = `DATABASE_URL: ${evil}\n`;
const pgp: Recipient = { kind: 'pgp', fp: 'A'.repeat(40) };
const createdAt = '2026-01-01T00:00:00Z';
const foreignArn = (alias = 'alias/user-service-prod') => `arn:aws:kms:${region}:999988887777:${alias}`;

let vault: Server;
/** What the attacker's Vault was asked, with the headers. */
let asked: string[];
let vaultKey: Uint8Array;
const vaultRecipient = (): Recipient => ({
  kind: 'hc_vault',
  vaultAddress: `http://127.0.0.1:${(vault.address() as AddressInfo).port}`,
  enginePath: 'sops',
  keyName: 'k',
});

beforeAll(async () => {
  vault = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      asked.push(`${request.url} ${JSON.stringify(request.headers)} ${Buffer.concat(chunks).toString()}`);
      const plaintext = Buffer.from(vaultKey).toString('base64');
      response.end(JSON.stringify({ data: { plaintext, ciphertext: 'vault:v1:x' } }));
    });
  });
  await new Promise<void>((resolve) => vault.listen(0, '127.0.0.1', resolve));
});
afterAll(() => new Promise((resolve) => vault.close(resolve)));
beforeEach(() => {
  asked = [];
  vaultKey = new Uint8Array(32);
  process.env['VAULT_TOKEN'] = 'canary-token';
  delete process.env['SOPS_HC_VAULT_ALLOWLIST'];
});

/** A KMS client of the attacker's: their account in the same AWS, whose keys anybody may use. */
async function attackerKms(): Promise<KMSClient> {
  const kms = new KMSClient({
    endpoint: workspace.aws().endpoint,
    region,
    credentials: { accessKeyId: '999988887777', secretAccessKey: 'x' },
  });
  const { KeyMetadata } = await kms.send(
    new CreateKeyCommand({
      Policy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: '*', Action: 'kms:*', Resource: '*' }],
      }),
      BypassPolicyLockoutSafetyCheck: true,
    }),
  );
  const TargetKeyId = KeyMetadata!.KeyId!;
  await kms.send(new CreateAliasCommand({ AliasName: 'alias/user-service-prod', TargetKeyId }));
  return kms;
}

/** The attacker's file under their own KMS key, with entries of a file next to it or instead. */
async function underAttackersKey(arn: string, context?: Readonly<Record<string, string>>) {
  const kms = await attackerKms();
  const recipient: Recipient = { kind: 'kms', arn, awsProfile: '', ...(context ? { context } : {}) };
  const keyring = createKeyring({ awsKms: { clientFor: () => Promise.resolve(kms) }, rememberFor: 0 });
  const file = await forged(text, [[recipient]], keyring);
  kms.destroy();
  return file;
}

const withGroups = (
  file: EncryptedFile,
  groups: EncryptedFile['metadata']['groups'],
  shamirThreshold = 0,
) => ({
  ...file,
  metadata: { ...file.metadata, groups, shamirThreshold },
});
const honestContext = { service: 'user-service', stage: 'prod' };

/** Each makes a file of the attacker's out of the honest one, or puts something into it. */
const forgeries: Readonly<Record<string, () => Promise<EncryptedFile>>> = {
  'the own entry is damaged, a PGP entry is a literal packet': async () => {
    const file = await forged(text, [[pgp]], wrappingAs(literalPgp));
    return withGroups(file, [[{ ...workspace.own(), enc: 'QUFBQQ==' }, ...file.metadata.groups.flat()]]);
  },
  'the own entry is damaged, a Vault of the attacker': async () => {
    const file = await forged(
      text,
      [[vaultRecipient()]],
      wrappingAs((key) => ((vaultKey = Buffer.from(key)), 'vault:v1:x')),
    );
    return withGroups(file, [[{ ...workspace.own(), enc: 'QUFBQQ==' }, ...file.metadata.groups.flat()]]);
  },
  'the own entry is genuine, a Vault of the attacker comes first': async () => {
    const file = await forged(
      text,
      [[vaultRecipient()]],
      wrappingAs((key) => ((vaultKey = Buffer.from(key)), 'vault:v1:x')),
    );
    return withGroups(file, [[...file.metadata.groups.flat(), workspace.own()]]);
  },
  'the own entry is damaged, an age identity of the team is another recipient': async () => {
    const identity = await generateX25519Identity();
    process.env['SOPS_AGE_KEY'] = identity;
    const recipient = await identityToRecipient(identity);
    const file = await forged(text, [[{ kind: 'age', recipient }]], createKeyring());
    return withGroups(file, [[{ ...workspace.own(), enc: 'QUFBQQ==' }, ...file.metadata.groups.flat()]]);
  },
  'another KMS key of any account, by its alias': async () => {
    const file = await underAttackersKey(foreignArn());
    return withGroups(file, [[workspace.own(), ...file.metadata.groups.flat()]]);
  },
  'the alias of the attacker’s account comes first': async () => {
    const file = await underAttackersKey(foreignArn());
    return withGroups(file, [[...file.metadata.groups.flat(), workspace.own()]]);
  },
  'the alias of the attacker’s account is the only one': () => underAttackersKey(foreignArn(), honestContext),
  'the own ARN with a data key that another KMS key wrapped': async () => {
    const file = await underAttackersKey(foreignArn(), honestContext);
    const [entry] = file.metadata.groups.flat();
    return withGroups(file, [[{ ...workspace.own(), enc: entry!.enc }]]);
  },
  'the own entry of an earlier revision': async () => {
    const earlier = workspace.own();
    await workspace.rotate({ directory: user, stage: 'prod', dataKey: true });
    await workspace.commit();
    await workspace.sync([user]);
    const file = await forged(text, [[pgp]], wrappingAs(literalPgp));
    return withGroups(file, [[earlier, ...file.metadata.groups.flat()]]);
  },
  'the own entry of another stage': async () => {
    const file = await forged(text, [[pgp]], wrappingAs(literalPgp));
    return withGroups(file, [
      [{ ...workspace.own(), enc: workspace.own(userDev).enc }, ...file.metadata.groups.flat()],
    ]);
  },
  'the file of another stage, with this one’s ARN and context': async () => {
    await workspace.set(user, 'dev', 'DATABASE_URL', evil);
    const dev = workspace.file(userDev);
    return withGroups(dev, [[{ ...workspace.own(), enc: workspace.own(userDev).enc }]]);
  },
  'the context is removed': async () => {
    const own = { ...workspace.own(), context: {} };
    const file = await forged(text, [[pgp]], wrappingAs(literalPgp));
    return withGroups(file, [[own, ...file.metadata.groups.flat()]]);
  },
  'the context names another service, the second entry is genuine': async () => {
    const own = { ...workspace.own(), context: { service: 'payment-service', stage: 'prod' } };
    const file = await forged(text, [[pgp]], wrappingAs(literalPgp));
    return withGroups(file, [[own, workspace.own(), ...file.metadata.groups.flat()]]);
  },
  'two key groups, of which the attacker’s suffices by its threshold': async () => {
    const file = await forged(text, [[pgp]], wrappingAs(literalPgp));
    return withGroups(file, [file.metadata.groups.flat(), [workspace.own()]], 1);
  },
  'two key groups of the attacker besides the own one': async () => {
    const file = await encrypt(
      readPlain(text, 'yaml'),
      { format: 'yaml', groups: [[pgp], [pgp]], shamirThreshold: 2 },
      wrappingAs(literalPgp),
    );
    return withGroups(file, [[workspace.own()], ...file.metadata.groups], 2);
  },
  'a pending value for one more recipient of a genuine file': async () => {
    const pending = await forged(`NEW: ${evil}\n`, [[pgp]], wrappingAs(literalPgp));
    const file = withPendingValue(workspace.file(), pending);
    return withGroups(file, [[workspace.own(), { ...pgp, enc: 'x', createdAt }]]);
  },
  'a pending value that names the own key, damaged': async () => {
    const pending = await forged(`NEW: ${evil}\n`, [[pgp]], wrappingAs(literalPgp));
    const entries = [{ ...workspace.own(), enc: 'QUFBQQ==' }, ...pending.metadata.groups.flat()];
    return withPendingValue(workspace.file(), withGroups(pending, [entries]));
  },
  'a pending value with the own entry of the file': async () => {
    const pending = await forged(`NEW: ${evil}\n`, [[pgp]], wrappingAs(literalPgp));
    return withPendingValue(
      workspace.file(),
      withGroups(pending, [[workspace.own(), ...pending.metadata.groups.flat()]]),
    );
  },
  'a genuine pending value of another stage': async () => {
    const pending = await pendingOf('dev', 'NEW', evil);
    return withPendingValue(
      workspace.file(),
      withGroups(pending, [[{ ...workspace.own(), enc: pending.metadata.groups.flat()[0]!.enc }]]),
    );
  },
  'a genuine pending value, moved to another key': async () => {
    const pending = await pendingOf('prod', 'OTHER', evil);
    const [document] = pending.documents;
    const items = document!.items.map((item) => (item.kind === 'item' ? { ...item, key: 'NEW' } : item));
    return withPendingValue(workspace.file(), { ...pending, documents: [{ kind: 'map', items }] });
  },
  'a genuine pending value, twice': async () => {
    const pending = await pendingOf('prod', 'NEW', evil);
    return withPendingValue(withPendingValue(workspace.file(), pending), pending);
  },
  'a genuine pending value over a value that is there': async () =>
    withPendingValue(workspace.file(), await pendingOf('prod', 'DATABASE_URL', evil)),
  'a genuine pending value below a value that is there': async () =>
    withPendingValue(workspace.file(), await pendingOf('prod', 'DATABASE_URL.host', evil)),
  'an empty pending value, under the metadata of a file without values': async () => {
    const { documents, metadata } = workspace.file(userDev);
    expect(documents[0]!.items).toEqual([]);
    const items = [{ kind: 'item' as const, key: 'NEW', value: { kind: 'str' as const, text: '' } }];
    return withPendingValue(workspace.file(), {
      format: 'yaml',
      documents: [{ kind: 'map', items }],
      metadata,
    });
  },
  'the type of a value is changed to comment, with a text behind it, under the MAC of a file without values':
    async () => {
      const opened = await decrypt(workspace.file(), createKeyring());
      const empty = reencrypt(opened, [{ kind: 'map', items: [] }]);
      const [document] = workspace.file().documents;
      const items = document!.items.map((item) =>
        item.kind === 'item' && item.value.kind === 'str'
          ? {
              ...item,
              value: {
                kind: 'str' as const,
                text: item.value.text.replace('type:str]', `type:comment] ${evil}`),
              },
            }
          : item,
      );
      return { ...empty, documents: [{ kind: 'map', items }] };
    },
  'a plaintext value next to a list of comments, where the MAC covers encrypted ones only': async () => {
    const honest = await encrypt(
      readPlain('# note\nDATABASE_URL: postgres://honest\n', 'yaml'),
      { format: 'yaml', groups: [[workspace.own()]], macOnlyEncrypted: true },
      createKeyring(),
    );
    const empty = reencrypt(await decrypt(honest, createKeyring()), [{ kind: 'map', items: [] }]);
    const comment = honest.documents[0]!.items.find((item) => item.kind === 'comment');
    const elements = [{ kind: 'str' as const, text: comment!.text }];
    const rule = { kind: 'unencrypted_regex', pattern: '^DATABASE' } as const;
    return {
      ...empty,
      metadata: { ...empty.metadata, rule },
      documents: [
        {
          kind: 'map',
          items: [
            { kind: 'item', key: '', value: { kind: 'list', elements } },
            { kind: 'item', key: 'DATABASE_URL', value: { kind: 'str', text: evil } },
          ],
        },
      ],
    };
  },
  'a plaintext value where the MAC covers encrypted ones only': async () => {
    const opened = await decrypt(workspace.file(), createKeyring());
    const rule = { kind: 'encrypted_regex', pattern: '^PRIVATE' } as const;
    const honest = await encrypt(
      readPlain('PRIVATE: one\nDATABASE_URL: postgres://honest\n', 'yaml'),
      { format: 'yaml', groups: [[workspace.own()]], rule, macOnlyEncrypted: true },
      createKeyring(),
    );
    opened.dataKey.fill(0);
    const [document] = honest.documents;
    const items = document!.items.map((item) =>
      item.kind === 'item' && item.key === 'DATABASE_URL'
        ? { ...item, value: { kind: 'str' as const, text: evil } }
        : item,
    );
    return { ...honest, documents: [{ kind: 'map', items }] };
  },
};

/** A pending value as somebody who may encrypt only adds it: the attacker has it from Git. */
async function pendingOf(stage: string, key: string, value: string): Promise<EncryptedFile> {
  const path = `${user}/secrets/${stage}.enc.yaml`;
  const [outer = '', inner] = key.split('.');
  return encrypt(
    readPlain(inner === undefined ? `${outer}: ${value}\n` : `${outer}:\n    ${inner}: ${value}\n`, 'yaml'),
    { format: 'yaml', groups: [[workspace.own(path)]] },
    createKeyring(),
  );
}

/** Everything that was printed. */
const printed = () => jest.mocked(logger.info).mock.calls.flat().join('\n');

async function commitForgery(forge: () => Promise<EncryptedFile>): Promise<void> {
  await workspace.put(await forge());
  await workspace.set(payment, 'prod', 'DATABASE_URL', 'postgres://honest-2');
  await workspace.commit();
  asked = [];
}

describe.each(Object.entries(forgeries))('%s', (_, forge) => {
  test('sync pushes nothing of it, and the honest file next to it; diff and prune ask nobody', async () => {
    await commitForgery(forge);
    const versions = await workspace.versionsOf(userSecret);
    await workspace.diff([user], { stages: ['prod'] });
    await workspace.prune();
    const report = await workspace.sync([user, payment], { stages: ['prod'] });
    expect(outcomes(report)).toEqual(['payment-service prod updated', 'user-service prod failed']);
    expect(problems(report)[0]).toMatchObject({
      what: expect.any(String),
      where: expect.stringContaining(userProd),
      fix: expect.any(String),
    });
    expect(await workspace.versionsOf(userSecret)).toEqual(versions);
    expect(await workspace.valueOf(userSecret)).toBe('{"DATABASE_URL":"postgres://honest"}');
    expect(await workspace.valueOf(paymentSecret)).toBe('{"DATABASE_URL":"postgres://honest-2"}');
    expect(asked).toEqual([]);
    expect(JSON.stringify(report) + printed()).not.toContain('canary');
  });

  test('set and rotate leave it as it is, and wrap no data key for anybody', async () => {
    await commitForgery(forge);
    const before = workspace.read(userProd);
    const rewrites = [
      () => workspace.set(user, 'prod', 'NEW_KEY', 'canary-value'),
      () => workspace.rotate({ directory: user, stage: 'prod', dataKey: true }),
      () => workspace.rotate({ directory: user, stage: 'prod', key: true }),
      () => workspace.rotate({ directory: user, stage: 'prod', revoke: true }),
    ];
    for (const rewrite of rewrites) {
      workspace.aws().resetCalls();
      await expect(rewrite()).rejects.toThrow(/what: [^]*fix: /);
      expect(workspace.read(userProd)).toBe(before);
      expect(workspace.aws().calls()).not.toMatchObject({ 'kms:Encrypt': expect.anything() });
      expect(workspace.aws().calls()).not.toMatchObject({ 'kms:UpdateAlias': expect.anything() });
    }
    expect(asked).toEqual([]);
  });
});

test('a file whose only stranger is one more recipient is pushed, and not rewritten', async () => {
  const opened = await decrypt(workspace.file(), createKeyring());
  const honest = reencrypt(opened, opened.documents, { force: true });
  await workspace.put(
    withGroups(honest, [[workspace.own(), { ...vaultRecipient(), enc: 'vault:v1:x', createdAt }]]),
  );
  await workspace.commit();
  const report = await workspace.sync([user], { stages: ['prod'] });
  expect(outcomes(report)).toEqual(['user-service prod updated']);
  expect(await workspace.valueOf(userSecret)).toBe('{"DATABASE_URL":"postgres://honest"}');
  await expect(workspace.rotate({ directory: user, stage: 'prod', dataKey: true })).rejects.toThrow();
  expect(printed()).toMatch(
    /hc_vault_transit_uri recipient http:\/\/127[^]*nx.json does not list it for stage prod/,
  );
  expect(asked).toEqual([]);
});
