import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { logger } from '@nx/devkit';
import { FsTree } from 'nx/src/generators/tree';
import { region, useAwsWorkspace } from '../../testing/aws-workspace.test-kit';
import importValues from './generator';
import type { ImportOptions } from './generator-options';

const workspace = useAwsWorkspace();
const argv = [...process.argv];
const users = 'services/users';
const pattern = '/legacy/{service}/{stage}';
beforeEach(async () => {
  await workspace.write({
    'nx.json': JSON.stringify({
      plugins: [{ plugin: 'nx-secrets', options: { stages: { dev: { region }, prod: { region } } } }],
    }),
    [`${users}/project.json`]: '{"name": "users"}',
    'services/billing/project.json': '{"name": "billing"}',
  });
});
afterEach(() => {
  process.argv = argv;
});

const path = (name: string) => join(workspace.directory(), name);
const make = (Name: string, SecretString: string) =>
  workspace.client().send(new CreateSecretCommand({ Name, SecretString }));
const run = (options: ImportOptions) =>
  workspace.generate((tree) => importValues(tree, { from: 'aws', ...options }));
const failure = (options: ImportOptions) => run(options).then(() => 'nothing failed', String);
const printed = () => jest.mocked(logger.info).mock.calls.flat().join('\n');
/** The JSON that a message gives, as the user would copy it. */
const jsonIn = (message: string): string => /\{\s*"(?:services|stages|names)[^]*\}/.exec(message)?.[0] ?? '';
const map = (text: string) => {
  writeFileSync(path('map.json'), text);
  return { map: path('map.json') };
};

describe('a text among several secrets', () => {
  beforeEach(async () => {
    await make('/legacy/users/prod', '{"DATABASE_URL":"users-canary"}');
    await make('/legacy/billing/prod', 'text-canary');
  });

  test('the mapping file gives its key; secrets with keys keep theirs', async () => {
    const failed = await failure({ pattern });
    expect(failed).toContain('{"names":{"/legacy/billing/prod":{"key":"<name>"}}}');
    await run({ pattern, ...map((/\{"names".*\}/.exec(failed)?.[0] ?? '').replace('<name>', 'TOKEN')) });
    await workspace.commit();
    await workspace.sync([users, 'services/billing']);
    expect(await workspace.valueOf('/services/users/prod')).toBe('{"DATABASE_URL":"users-canary"}');
    expect(await workspace.valueOf('/services/billing/prod')).toBe('{"TOKEN":"text-canary"}');
  });

  test('--key is refused, before anything is read: every secret would become that key', async () => {
    expect(await failure({ pattern, key: 'TOKEN' })).toContain('--key=TOKEN is for one text');
    expect(workspace.aws().calls()).not.toHaveProperty('secretsmanager:GetSecretValue');
  });

  test('--key with a pattern that finds one secret takes its text', async () => {
    await run({ pattern, project: 'billing', stage: 'prod', key: 'TOKEN' });
    expect(printed()).toContain('TOKEN');
  });

  test('--key with a name that says which key it is', async () => {
    await make('/v/users/prod/A', 'a');
    const options = { pattern: '/v/{service}/{stage}/{key}', key: 'TOKEN' };
    expect(await failure(options)).toContain('the name /v/users/prod/A says which key it is');
  });

  test('a dry run names each that cannot be taken over, and shows the others', async () => {
    await make('/legacy/billing/dev', '[1]');
    process.argv = [...argv, '--dry-run'];
    const tree = new FsTree(workspace.directory(), false);
    const failed = await importValues(tree, { from: 'aws', pattern }).then(() => '', String);
    expect(failed).toContain('/legacy/billing/prod');
    expect(failed).toContain('/legacy/billing/dev');
    expect(printed()).toContain('DATABASE_URL');
  });
});

describe('a mapping file', () => {
  test('a name that has neither stage nor service is reported once, with both', async () => {
    await make('/legacy/user/production', '{}');
    const failed = await failure({ pattern });
    expect(failed).toMatch(
      /1 of 1 names.*\n.*\/legacy\/user\/production: there is no stage "production"; "prod"\?, and there is no service "user"; "users"\?/,
    );
    expect(JSON.parse(jsonIn(failed))).toEqual({
      services: { user: 'users' },
      stages: { production: 'prod' },
    });
  });

  test('what it says already stays in the file that a message gives', async () => {
    await make('/legacy/old-shop/production', '{"A":"1"}');
    await make('/legacy/users/production', '{"A":"2"}');
    const failed = await failure({
      pattern,
      ...map('{"services": {"old-shop": null}, "names": {"/x": null}}'),
    });
    expect(failed).toMatch(/1 of 2 names/);
    expect(JSON.parse(jsonIn(failed))).toEqual({
      services: { 'old-shop': null },
      stages: { production: 'prod' },
      names: { '/x': null },
    });
    await run({ pattern, ...map(jsonIn(failed)) });
    expect(printed()).toContain(
      'left out  /legacy/old-shop/production: the mapping leaves service old-shop out',
    );
  });

  test('stages of other names and --keep-names: the way out is named', async () => {
    await make('/legacy/users/production', '{"A":"2"}');
    const mapped = map('{"stages": {"production": "prod"}}');
    expect(await failure({ pattern, keepNames: true, ...mapped })).toContain(
      'Give the stages in nx.json the names that they have in these secrets',
    );
  });
});
