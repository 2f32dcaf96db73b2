import { existsSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { logger } from '@nx/devkit';
import { outcomes, problems, useAwsWorkspace } from '../../testing/aws-workspace.test-kit';
import runStage from './generator';
import type { StageGeneratorOptions } from './options';

const workspace = useAwsWorkspace();
const api = 'services/api';
const web = 'services/web';

const nxJson = `{
  // ours
  "plugins": [
    {
      "plugin": "nx-secrets",
      "options": {
        "stages": ["dev", "prod"] // in order
      }
    }
  ]
}
`;

let printed: string[];
beforeEach(() => {
  printed = [];
  jest.spyOn(console, 'log').mockImplementation((text: string) => void printed.push(text));
  jest.spyOn(logger, 'info').mockImplementation((text: string) => void printed.push(text));
});
const output = () => printed.join('\n');
const has = (path: string) => existsSync(join(workspace.directory(), path));
const stage = (options: Partial<StageGeneratorOptions>) =>
  workspace.generate((tree) => runStage(tree, { action: 'add', stage: 'qa', directory: '', ...options }));
const options = () =>
  (JSON.parse(workspace.read('nx.json').replaceAll(/\/\/.*/g, '')) as { plugins: { options: object }[] })
    .plugins[0]?.options;

workspace.prepare(async () => {
  await workspace.write({ 'nx.json': nxJson });
  for (const root of [api, web]) await workspace.init({ directory: root });
  await workspace.set(api, 'dev', 'DATABASE_URL', 'canary-db');
  await workspace.set(api, 'dev', 'smtp.password', 'canary-smtp');
  await workspace.commit();
});

describe('add', () => {
  test('to one service: no other service gets it; comments of nx.json stay', async () => {
    await stage({ directory: api, from: 'dev' });
    expect(workspace.read('nx.json')).toContain('// ours');
    expect(options()).toEqual({
      stages: { dev: {}, prod: {}, qa: { optIn: true } },
      services: { [api]: { stages: ['dev', 'prod', 'qa'] } },
    });
    expect(workspace.read(`${api}/secrets/qa.enc.yaml`)).toContain('alias/api-qa');
    expect(has(`${web}/secrets/qa.enc.yaml`)).toBe(false);
    await workspace.init({ directory: web });
    expect(has(`${web}/secrets/qa.enc.yaml`)).toBe(false);
    await expect(workspace.init({ directory: web, stages: 'qa' })).rejects.toThrow(
      'nx.json does not give stage qa to web',
    );
  });

  test('a stage with keys that have no value is not pushed, until each is set or not wanted', async () => {
    await stage({ directory: api, from: 'dev' });
    expect(output()).toContain(`npx nx g nx-secrets:set smtp.password --stage=qa --project=${api}`);
    const [problem] = problems(await workspace.sync([api], { stages: ['qa'] }));
    expect(problem).toMatchObject({ code: 'keysToSet' });
    expect(problem?.fix).toContain(`npx nx g nx-secrets:set DATABASE_URL --stage=qa --project=${api}`);
    expect(workspace.aws().calls()['secretsmanager:CreateSecret']).toBeUndefined();
    await workspace.set(api, 'qa', 'DATABASE_URL', 'v');
    expect(output()).toContain('still to be set: smtp.password');
    expect(problems(await workspace.sync([api], { stages: ['qa'] }))).toHaveLength(1);
    await workspace.unset(api, 'qa', 'smtp.password');
    expect(has(`${api}/secrets/qa.to-set.txt`)).toBe(false);
    expect(outcomes(await workspace.sync([api], { stages: ['qa'] }))).toEqual(['api qa created']);
    expect(await workspace.valueOf('/services/api/qa')).toBe('{"DATABASE_URL":"v"}');
  });

  test('twice: the second run changes nothing, and edits survive', async () => {
    await stage({ directory: api, from: 'dev' });
    const list = `${api}/secrets/qa.to-set.txt`;
    await workspace.write({ [list]: '# ours\nDATABASE_URL\n' });
    const before = [list, 'nx.json', `${api}/.sops.yaml`, `${api}/secrets/qa.enc.yaml`].map(workspace.read);
    await stage({ directory: api, from: 'dev' });
    expect([list, 'nx.json', `${api}/.sops.yaml`, `${api}/secrets/qa.enc.yaml`].map(workspace.read)).toEqual(
      before,
    );
    expect(output()).toMatch(/present\s+api\s+qa/);
  });

  test('to all services', async () => {
    await stage({ all: true });
    expect(options()).toEqual({ stages: ['dev', 'prod', 'qa'] });
    expect(workspace.read('nx.json')).toContain('["dev", "prod", "qa"] // in order');
    expect([api, web].map((root) => has(`${root}/secrets/qa.enc.yaml`))).toEqual([true, true]);
  });

  test('a stage whose key the pipeline makes: what is run again for its file is for this service only', async () => {
    const stages = { dev: {}, prod: {}, qa: { ciOnly: true, optIn: true } };
    const nx = { plugins: [{ plugin: 'nx-secrets', options: { stages } }] };
    await workspace.write({ 'nx.json': JSON.stringify(nx) });
    await stage({ directory: api });
    expect(output()).toMatch(/later\s+api\s+qa/);
    expect(output()).toContain(`npx nx g nx-secrets:stage add qa --project=${api}`);
    expect(output()).not.toContain('--all');
    await stage({ all: true });
    expect(output()).toContain('npx nx g nx-secrets:stage add qa --all');
  });

  test('a stage that is there: the keys of the other one that it lacks, whatever its format', async () => {
    await workspace.set(api, 'dev', 'hosts[0]', 'a');
    await stage({ directory: api, from: 'dev', format: 'json', copyValues: true, yes: true });
    await workspace.set(api, 'dev', 'TOKEN', 't');
    printed = [];
    await stage({ directory: api, from: 'dev' });
    expect(output()).toContain('it lacks keys of dev: TOKEN\n');
    expect(output()).toMatch(/present\s+api\s+qa/);
  });

  test('values are copied only where the name of the stage was typed', async () => {
    await expect(stage({ directory: api, from: 'dev', copyValues: true })).rejects.toThrow('--yes');
    expect(has(`${api}/secrets/qa.enc.yaml`)).toBe(false);
    expect(workspace.read('nx.json')).toBe(nxJson);
    await stage({ directory: api, from: 'dev', copyValues: true, yes: true });
    const file = readFileSync(join(workspace.directory(), `${api}/secrets/qa.enc.yaml`), 'utf8');
    expect(file).not.toContain('canary');
    expect(output()).not.toContain('canary');
    await workspace.sync([api], { stages: ['qa'] });
    expect(await workspace.valueOf('/services/api/qa')).toBe(
      '{"DATABASE_URL":"canary-db","smtp":{"password":"canary-smtp"}}',
    );
  });

  test('no values of a stage that this identity cannot decrypt, and nothing is made then', async () => {
    const denied = { error: 'AccessDeniedException', message: 'no' };
    workspace.aws().injectFault({ operation: 'kms:Decrypt', kind: denied, count: 9 });
    const copied = { directory: api, from: 'dev', copyValues: true, yes: true };
    await expect(stage(copied)).rejects.toThrow('kms:Decrypt');
    expect(workspace.read('nx.json')).toBe(nxJson);
    expect(workspace.read(`${api}/.sops.yaml`)).not.toContain('qa');
  });
});

describe('remove', () => {
  const everything = async () => {
    await stage({ all: true, from: 'dev' });
    await workspace.commit();
    printed = [];
  };

  test('from one service: file, list, rule and its place in nx.json; what is in AWS stays; the report says when it was last read', async () => {
    await workspace.sync([api], { stages: ['prod'] });
    await workspace.valueOf('/services/api/prod');
    printed = [];
    const rules = workspace.read(`${api}/.sops.yaml`);
    await stage({ action: 'remove', stage: 'prod', directory: api });
    expect(has(`${api}/secrets/prod.enc.yaml`)).toBe(false);
    expect(workspace.read(`${api}/.sops.yaml`)).toBe(
      rules.slice(0, rules.indexOf('  - path_regex: ^secrets/prod')),
    );
    expect(options()).toEqual({ stages: ['dev', 'prod'], services: { [api]: { stages: ['dev'] } } });
    expect(output()).toMatch(
      /removed\s+api\s+prod\s+\/services\/api\/prod\s+\(the secret was last read on \d{4}-/,
    );
    expect(output()).toContain('npx nx g nx-secrets:prune --stage=prod');
    expect(await workspace.valueOf('/services/api/prod')).toBe('{}');
    expect(has(`${web}/secrets/prod.enc.yaml`)).toBe(true);
    expect(problems(await workspace.provision([api]))).toEqual([]);
  });

  test('from all services, twice', async () => {
    await everything();
    await stage({ action: 'remove', all: true });
    expect(options()).toEqual({ stages: ['dev', 'prod'] });
    expect([api, web].map((root) => has(`${root}/secrets/qa.enc.yaml`))).toEqual([false, false]);
    expect(has(`${api}/secrets/qa.to-set.txt`)).toBe(false);
    const before = workspace.read('nx.json');
    await stage({ action: 'remove', all: true });
    expect(workspace.read('nx.json')).toBe(before);
    expect(output()).toContain('no service has a stage "qa"');
  });

  test('values that Git does not have are not lost', async () => {
    await workspace.set(api, 'prod', 'A', 'v');
    const remove = { action: 'remove', stage: 'prod', directory: api };
    await expect(stage(remove)).rejects.toMatchObject({ problem: { code: 'notCommitted' } });
    expect(has(`${api}/secrets/prod.enc.yaml`)).toBe(true);
    await stage({ ...remove, force: true });
    expect(has(`${api}/secrets/prod.enc.yaml`)).toBe(false);
  });

  test('outside a repository no value is in Git', async () => {
    renameSync(join(workspace.directory(), '.git'), join(workspace.directory(), '.git-away'));
    const remove = { action: 'remove', stage: 'prod', directory: api };
    await expect(stage(remove)).rejects.toMatchObject({ problem: { code: 'notCommitted' } });
    expect(has(`${api}/secrets/prod.enc.yaml`)).toBe(true);
  });
});

test('what is typed wrong', async () => {
  await expect(stage({ action: 'remov' })).rejects.toThrow('Did you mean "remove"');
  await expect(stage({ from: 'dve', directory: api })).rejects.toThrow('Did you mean "dev"');
  await expect(stage({})).rejects.toThrow('stage add qa --all');
  await stage({ action: 'remove', stage: 'prd', all: true });
  expect(output()).toContain('Did you mean "prod"');
});
