import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  type CreateSecretCommandInput,
} from '@aws-sdk/client-secrets-manager';
import { PutParameterCommand, SSMClient, type PutParameterCommandInput } from '@aws-sdk/client-ssm';
import { logger } from '@nx/devkit';
import { FsTree } from 'nx/src/generators/tree';
import { outcomes, problems, region, useAwsWorkspace } from '../../testing/aws-workspace.test-kit';
import importValues from './generator';
import type { ImportOptions } from './generator-options';

const workspace = useAwsWorkspace();
const argv = [...process.argv];
let ssm: SSMClient;
beforeEach(async () => {
  ssm = new SSMClient({});
  await workspace.write({
    'nx.json': JSON.stringify({
      plugins: [{ plugin: 'nx-secrets', options: { stages: { dev: { region }, prod: { region } } } }],
    }),
    'services/user-service/project.json': '{"name": "users"}',
    'services/payment-service/project.json': '{"name": "payment-service"}',
  });
});
afterEach(() => {
  ssm.destroy();
  process.argv = argv;
});

const users = 'services/user-service';
const path = (name: string) => join(workspace.directory(), name);
const run = (options: ImportOptions) =>
  workspace.generate((tree) => importValues(tree, { from: 'aws', ...options }));
const dryRun = async (options: ImportOptions) => {
  process.argv = [...argv, '--dry-run'];
  await importValues(new FsTree(workspace.directory(), false), { from: 'aws', ...options });
  return printed();
};
/** What was printed since the last time. */
const printed = () => {
  const text = jest.mocked(logger.info).mock.calls.flat().join('\n');
  jest.mocked(logger.info).mockClear();
  return text;
};
const make = (Name: string, SecretString: string, more: Partial<CreateSecretCommandInput> = {}) =>
  workspace.client().send(new CreateSecretCommand({ Name, SecretString, ...more }));
const put = (Name: string, Value: string, more: Partial<PutParameterCommandInput> = {}) =>
  ssm.send(new PutParameterCommand({ Name, Value, Type: 'SecureString', ...more }));
const pushed = async (roots: readonly string[], name: string): Promise<unknown> => {
  await workspace.commit();
  await workspace.sync(roots);
  return JSON.parse((await workspace.valueOf(name)) ?? '');
};

const mixed =
  '{"PORT":5432,"db":{"user":"u","tls":true},"list":[1,"a",null],"big":9007199254740993,"none":null}';

describe('secrets of Secrets Manager', () => {
  test('one is taken over with the types of its values; versions and labels stay; a second run changes nothing', async () => {
    await make('/old/users', mixed);
    const before = await workspace.client().send(new DescribeSecretCommand({ SecretId: '/old/users' }));
    await run({ directory: users, stage: 'dev', secret: '/old/users' });
    expect(printed()).toMatch(
      /imported the secret \/old\/users into services\/user-service\/secrets\/dev\.enc\.yaml/,
    );
    const file = workspace.read(`${users}/secrets/dev.enc.yaml`);
    const after = await workspace.client().send(new DescribeSecretCommand({ SecretId: '/old/users' }));
    expect({ ...after, $metadata: 0, LastAccessedDate: 0 }).toEqual({
      ...before,
      $metadata: 0,
      LastAccessedDate: 0,
    });
    await workspace.commit();
    await workspace.sync([users]);
    expect(await workspace.valueOf('/services/user-service/dev')).toBe(mixed);
    printed();
    await run({ directory: users, stage: 'dev', secret: '/old/users' });
    expect(printed()).toContain(
      `unchanged ${users}/secrets/dev.enc.yaml: it has all values of the secret /old/users`,
    );
    expect(workspace.read(`${users}/secrets/dev.enc.yaml`)).toBe(file);
  });

  test('all of a prefix go where the pattern says, after a plan of names', async () => {
    await make('/legacy/user-service/dev', '{"A":"dev-canary"}');
    await make('/legacy/user-service/prod', '{"A":"prod-canary","B":"x-canary"}');
    await make('/legacy/payment-service/prod', '{"C":"pay-canary"}');
    await make('/legacy/user-service/prod/extra', 'canary');
    await make('/other', '{}');
    const pattern = '/legacy/{service}/{stage}';
    const plan = await dryRun({ pattern });
    expect(plan).toContain(
      [
        '3 secrets to import: name, service, stage',
        '  /legacy/payment-service/prod  payment-service  prod',
        '  /legacy/user-service/dev      user-service     dev',
        '  /legacy/user-service/prod     user-service     prod',
        '  left out  /legacy/user-service/prod/extra: its name does not match /legacy/{service}/{stage}',
      ].join('\n'),
    );
    expect(plan).toContain('added      B');
    expect(plan).not.toContain('canary');
    process.argv = argv;
    expect(workspace.aws().calls()).not.toHaveProperty('kms:CreateKey');

    await run({ pattern });
    expect(await pushed([users, 'services/payment-service'], '/services/user-service/prod')).toEqual({
      A: 'prod-canary',
      B: 'x-canary',
    });
    expect(await workspace.valueOf('/services/payment-service/prod')).toBe('{"C":"pay-canary"}');
    printed();
    await run({ pattern });
    expect(printed().match(/^unchanged /gm)).toHaveLength(3);
    expect(outcomes(await workspace.sync([users]))).toEqual([
      'user-service dev unchanged',
      'user-service prod unchanged',
    ]);
  });

  test('what cannot be mapped is reported all at once, with a file that maps it; nothing is read', async () => {
    await make('/legacy/user-servise/dev', '{"A":"1"}');
    await make('/legacy/user-service/production', '{"A":"2"}');
    await make('/legacy/gone/dev', '{"A":"3"}');
    await make('/legacy/users/prod', '{"A":"4"}');
    await make('/legacy/user-service/prod', '{"A":"5"}');
    const options = { pattern: '/legacy/{service}/{stage}' };
    const failed = await run(options).catch((error: unknown) => String(error));
    expect(failed).toMatch(/4 of 5 names cannot be mapped/);
    expect(failed).toMatch(
      /\/legacy\/user-servise\/dev: there is no service "user-servise"; "user-service"\?/,
    );
    expect(failed).toMatch(/\/legacy\/user-service\/production: there is no stage "production"; "prod"\?/);
    expect(failed).toMatch(/\/legacy\/gone\/dev: there is no service "gone"\n/);
    expect(failed).toMatch(/\/legacy\/users?(-service)?\/prod: user-service, stage prod is also what/);
    expect(workspace.aws().calls()).not.toHaveProperty('secretsmanager:GetSecretValue');
    const json = /\{\n[^]*\n {7}\}/.exec(failed as string)?.[0] ?? '';
    const map = JSON.parse(json) as {
      stages: Record<string, string>;
      services: Record<string, string | null>;
    };
    expect(map).toMatchObject({
      services: { 'user-servise': 'user-service', gone: null },
      stages: { production: 'prod' },
    });
    writeFileSync(
      path('map.json'),
      JSON.stringify({ ...map, stages: { production: null }, names: { '/legacy/users/prod': null } }),
    );
    await run({ ...options, map: path('map.json') });
    expect(printed()).toMatch(/left out {2}\/legacy\/gone\/dev: the mapping leaves service gone out/);
    expect(await pushed([users], '/services/user-service/prod')).toEqual({ A: '5' });
    expect(await workspace.valueOf('/services/user-service/dev')).toBe('{"A":"1"}');
  });

  test('each secret may be one value, by {key}; the service’s folder and --stage narrow it', async () => {
    await make('/v/user-service/dev/DB_PASSWORD', 'a b');
    await make('/v/user-service/dev/CONFIG', '{"x": 1}');
    await make('/v/user-service/prod/DB_PASSWORD', 'c');
    await make('/v/nobody/dev/DB_PASSWORD', 'd');
    await run({ directory: users, stage: 'dev', pattern: '/v/{service}/{stage}/{key}' });
    expect(printed()).toContain('imported 2 secrets under /v/user-service/dev into');
    expect(await pushed([users], '/services/user-service/dev')).toEqual({
      DB_PASSWORD: 'a b',
      CONFIG: '{"x": 1}',
    });
  });

  test('a text needs a key, or a service that pushes text; bytes become a .bin file', async () => {
    await make('/t', 'just-a-canary');
    await make('/b', '', { SecretString: undefined, SecretBinary: Uint8Array.of(0, 255, 10) });
    const failed = await run({ directory: users, stage: 'dev', secret: '/t' }).catch(String);
    expect(failed).toMatch(/text and not a JSON object[^]*--key=<name>[^]*"output": "raw"[^]*textSecret/);
    expect(failed).not.toContain('canary');
    await run({ directory: users, stage: 'dev', secret: '/t', key: 'TOKEN' });
    expect(await pushed([users], '/services/user-service/dev')).toEqual({ TOKEN: 'just-a-canary' });
    await expect(run({ directory: users, stage: 'dev', secret: '/b' })).rejects.toThrow(/byte by byte/);
    await run({ directory: users, stage: 'prod', secret: '/b' });
    expect(workspace.read(`${users}/.sops.yaml`)).toContain('prod');
    await workspace.commit();
    await workspace.sync([users]);
    const binary = workspace.aws();
    expect(binary.calls()).toHaveProperty('secretsmanager:CreateSecret');
    printed();
    await run({ directory: users, stage: 'prod', secret: '/b' });
    expect(printed()).toContain(`unchanged ${users}/secrets/prod.enc.bin`);
  });

  test('a service that pushes text gets the text as it is, JSON too', async () => {
    const text = '{ "spaced":  "out" }\n';
    await make('/raw', text);
    const nxJson = JSON.parse(workspace.read('nx.json')) as { plugins: { options: object }[] };
    Object.assign(nxJson.plugins[0]!.options, { services: { [users]: { output: 'raw' } } });
    await workspace.write({ 'nx.json': JSON.stringify(nxJson) });
    await run({ directory: users, stage: 'dev', secret: '/raw' });
    await workspace.commit();
    await workspace.sync([users]);
    expect(await workspace.valueOf('/services/user-service/dev')).toBe(text);
  });

  test('what is scheduled for deletion, a replica, or in another region is named, and not taken', async () => {
    await make('/legacy/user-service/dev', '{"A":"1"}');
    await workspace.client().send(new DeleteSecretCommand({ SecretId: '/legacy/user-service/dev' }));
    await make('/legacy/user-service/prod', '{"A":"1"}', { AddReplicaRegions: [{ Region: 'us-east-1' }] });
    const pattern = '/legacy/{service}/{stage}';
    await run({ pattern });
    expect(printed()).toMatch(
      /left out {2}\/legacy\/user-service\/dev: it is scheduled for deletion[^\n]*restore-secret/,
    );
    await expect(run({ pattern, region: 'us-east-1' })).rejects.toThrow(
      /no secrets to import in us-east-1[^]*it is a replica; the secret itself is in eu-west-1 \(--region=eu-west-1\)/,
    );
    await expect(run({ directory: users, stage: 'dev', secret: '/legacy/user-service/dev' })).rejects.toThrow(
      /scheduled for deletion, so nobody can read it[^]*aws secretsmanager restore-secret --region eu-west-1/,
    );
    await expect(
      run({ directory: users, stage: 'dev', secret: '/legacy/none', region: 'eu-central-1' }),
    ).rejects.toThrow(/there is no secret \/legacy\/none with a value in eu-central-1/);
  });

  test('a refusal comes with the policy that the import needs', async () => {
    await make('/legacy/user-service/prod', '{"A":"1"}');
    workspace.aws().injectFault({
      operation: 'secretsmanager:GetSecretValue',
      count: 9,
      kind: {
        error: 'AccessDeniedException',
        message:
          'User: arn:aws:iam::123456789012:user/ann is not authorized to perform: secretsmanager:GetSecretValue on resource: x because no identity-based policy allows the secretsmanager:GetSecretValue action',
      },
    });
    const failed = await run({ pattern: '/legacy/{service}/{stage}' }).catch(String);
    expect(failed).toMatch(
      /AWS refuses secretsmanager:GetSecretValue to arn:aws:iam::123456789012:user\/ann/,
    );
    expect(failed).toContain('"arn:aws:secretsmanager:eu-west-1:123456789012:secret:/legacy/*"');
    expect(failed).toContain('"kms:ViaService": "secretsmanager.eu-west-1.amazonaws.com"');
    expect(failed).toContain('secretsmanager:ListSecrets');
  });

  test('throttled calls are sent again', async () => {
    await make('/legacy/user-service/prod', '{"A":"1"}');
    workspace.aws().injectFault({ operation: '*', count: 3, kind: 'throttle' });
    await run({ pattern: '/legacy/{service}/{stage}' });
    expect(printed()).toContain('added      A');
  });

  test('a secret that already has the name that nx.json gives is found without a name', async () => {
    await make('/services/user-service/prod', '{"A":"1"}');
    await run({ directory: users, stage: 'prod' });
    expect(printed()).toContain('imported the secret /services/user-service/prod');
    expect(workspace.aws().calls()).not.toHaveProperty('secretsmanager:ListSecrets');
  });

  test('--keep-names: nx.json gets the pattern, and a sync adopts the secrets under the names that they have', async () => {
    for (const name of ['user-service/dev', 'user-service/prod', 'payment-service/prod'])
      await make(`/legacy/${name}`, `{ "A": "${name}",\n  "n": 1.0 }`);
    const before = await workspace.versionsOf('/legacy/user-service/dev');
    await workspace.write({ 'nx.json': workspace.read('nx.json').replace('{', '{\n  // ours\n') });
    await run({ pattern: '/legacy/{service}/{stage}', keepNames: true });
    expect(printed()).toContain('--adopt=/legacy/user-service/dev');
    const nxJson = workspace.read('nx.json');
    expect(nxJson).toContain('// ours');
    expect(JSON.parse(nxJson.replace('// ours', ''))).toMatchObject({
      plugins: [{ options: { secretName: '/legacy/{service}/{stage}', stages: { dev: { region } } } }],
    });
    await workspace.commit();
    const adopt = new Set(['/legacy/user-service/dev', '/legacy/user-service/prod']);
    const report = await workspace.sync([users], { overrides: { overwrite: new Set(), adopt } });
    expect(problems(report)).toEqual([]);
    expect(await workspace.valueOf('/legacy/user-service/dev')).toBe(
      '{ "A": "user-service/dev",\n  "n": 1.0 }',
    );
    expect([...(await workspace.versionsOf('/legacy/user-service/dev')).keys()]).toEqual(
      expect.arrayContaining([...before.keys()]),
    );
    await run({ pattern: '/legacy/{service}/{stage}', keepNames: true });
    expect(workspace.read('nx.json')).toBe(nxJson);
    expect(outcomes(await workspace.sync([users]))).toEqual([
      'user-service dev unchanged',
      'user-service prod unchanged',
    ]);
  });

  test('--keep-names for one service alone, by a pattern of its own', async () => {
    await make('users/prod/main', '{"A":"1"}');
    await run({ directory: users, stage: 'prod', secret: 'users/prod/main', keepNames: true });
    expect(JSON.parse(workspace.read('nx.json'))).toMatchObject({
      plugins: [{ options: { services: { [users]: { secretName: 'users/{stage}/main' } } } }],
    });
    await make('other', '{"A":"1"}');
    const other = { directory: 'services/payment-service', stage: 'prod', secret: 'other', keepNames: true };
    await expect(run(other)).rejects.toThrow(/no pattern with \{stage\} gives these names[^]*other/);
    await make('users-dev', '{"A":"1"}');
    await expect(
      run({ directory: users, stage: 'dev', secret: 'users-dev', keepNames: true }),
    ).rejects.toThrow(/has secret files, and its secrets have another name/);
  });
});

test.each<[string, RegExp]>([
  [
    '{"names": {"/x/a": {"service": "user-service", "stage": "../../evil"}}}',
    /there is no stage "..\/..\/evil"/,
  ],
  ['{"names": {"/x/a": {"service": "../../..", "stage": "dev"}}}', /there is no service "..\/..\/.."/],
  [
    '{"names": {"/x/a": {"service": "user-service", "stage": "dev", "key": "sops"}}}',
    /sops is a name that SOPS reserves/,
  ],
  [
    '{"names": {"/x/a": {"service": "user-service", "stage": "dev", "key": "a_unencrypted"}}}',
    /leave the value of a_unencrypted unencrypted/,
  ],
  ['{"names": {"/x/a": {"service": "user-service", "stage": "dev", "key": ""}}}', /an empty name/],
  ['{"__proto__": {"x": 1}}', /__proto__ is none of services, stages and names/],
  ['{"services": {"x": "user-service", "x": "payment-service"}}', /defined twice|key is defined twice/],
])('a hostile mapping file makes nothing: %s', async (map, message) => {
  await make('/x/a', '{"A":"canary"}');
  await workspace.write({ 'map.json': map });
  const error: unknown = await run({ pattern: '/x/{key}', map: path('map.json') }).catch(
    (thrown: unknown) => thrown,
  );
  expect(String(error)).toMatch(message);
  expect(String(error)).not.toContain('canary');
  expect(workspace.aws().calls()['kms:CreateKey']).toBeUndefined();
});

test('a value with numbers in another form is adopted to the byte', async () => {
  const value = '{"A":1.10,"b":1e3,"c":"\\u00e9","d":{"e":[]}}';
  await make('/services/user-service/dev', value);
  await run({ directory: users, stage: 'dev' });
  expect(printed()).toMatch(/normalised A: the same number[^]*normalised b: the same number/);
  await workspace.commit();
  const adopt = new Set(['/services/user-service/dev']);
  const sync = () => workspace.sync([users], { overrides: { overwrite: new Set(), adopt } });
  expect(problems(await sync())).toEqual([]);
  expect(await workspace.valueOf('/services/user-service/dev')).toBe(value);
  expect(outcomes(await workspace.sync([users]))).toEqual(['user-service dev unchanged']);
});

describe('parameters of SSM', () => {
  test('all under a path become keys, decrypted, over several pages', async () => {
    for (let index = 0; index < 12; index += 1) await put(`/user-service/prod/K${index}`, `canary-${index}`);
    await put('/user-service/prod/db/HOSTS', 'a,b', { Type: 'StringList' });
    await put('/user-service/production/X', 'no');
    const options: ImportOptions = {
      from: 'ssm',
      directory: users,
      stage: 'prod',
      path: '/user-service/prod',
    };
    expect(await dryRun(options)).not.toContain('canary');
    process.argv = argv;
    await run(options);
    const text = printed();
    expect(text).toContain('imported 13 parameters under /user-service/prod');
    expect(text).toContain('normalised db/HOSTS: a StringList; taken as its text, with commas');
    const value = await pushed([users], '/services/user-service/prod');
    expect(value).toMatchObject({ K11: 'canary-11', 'db/HOSTS': 'a,b' });
    expect(Object.keys(value as object)).toHaveLength(13);
    await run(options);
    expect(printed()).toContain(`unchanged ${users}/secrets/prod.enc.yaml`);
  });

  test('of all services and stages at once, and one that holds JSON', async () => {
    await put('/user-service/dev/A', '1');
    await put('/payment-service/prod/A', '2');
    await run({ from: 'ssm', path: '/{service}/{stage}' });
    const roots = [users, 'services/payment-service'];
    expect(await pushed(roots, '/services/user-service/dev')).toEqual({ A: '1' });
    expect(await workspace.valueOf('/services/payment-service/prod')).toBe('{"A":"2"}');
    await put('/all', '{"B":{"c":true}}', { Type: 'String' });
    await run({ from: 'ssm', directory: users, stage: 'prod', secret: '/all' });
    expect(await pushed(roots, '/services/user-service/prod')).toEqual({ B: { c: true } });
    await expect(run({ from: 'ssm', directory: users, stage: 'prod', path: '/none' })).rejects.toThrow(
      /there are no parameters to import in eu-west-1/,
    );
    await expect(run({ from: 'ssm', directory: users, stage: 'prod', secret: '/none' })).rejects.toThrow(
      /there is no parameter \/none in eu-west-1/,
    );
  });
});

test.each<[ImportOptions, RegExp]>([
  [{ secret: '/a', pattern: '/b' }, /--secret and --pattern cannot be combined/],
  [{ path: '/a' }, /--path and --from=aws cannot be combined/],
  [{ secret: '/a', prefix: 'X_' }, /--prefix and --from=aws cannot be combined/],
  [{ from: 'ssm', path: '/a', keepNames: true }, /--keep-names and --from=ssm cannot be combined/],
  [{ from: 'ssm' }, /no parameters specified/],
  [{ from: 'ssm', path: 'a' }, /does not begin with a slash/],
  [{ pattern: '/{service}/{env}' }, /unknown placeholder \{env\}/],
  [{ pattern: '/{service}/{service}' }, /a placeholder twice/],
  [{ secret: '/a', stage: 'dev' }, /no service specified/],
  [{ secret: '/a', directory: users }, /no stage specified/],
  [{ secret: '/a', region: 'europe' }, /not an AWS region/],
])('%j is refused before AWS is asked', async (options, message) => {
  await expect(run(options)).rejects.toThrow(message);
  expect(workspace.aws().calls()).toEqual({});
});
