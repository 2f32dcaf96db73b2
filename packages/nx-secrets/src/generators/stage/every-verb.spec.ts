import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { logger, parseJson } from '@nx/devkit';
import { runChecks } from '../../checks/run-checks';
import { readPlugin } from '../../config/plugin';
import { readServices } from '../../config/services';
import { createNodes } from '../../plugin/create-nodes';
import { account, outcomes, problems, region, useAwsWorkspace } from '../../testing/aws-workspace.test-kit';
import policy from '../policy/generator';
import who from '../who/generator';

/** Every verb goes by the stages that nx.json gives a service, and knows what was meant by a stage that nobody has. */
const workspace = useAwsWorkspace();
const [api, tool] = ['services/api', 'services/tool'];
const place = { region, accountId: account };
const configure = (options: object) =>
  workspace.write({ 'nx.json': JSON.stringify({ plugins: [{ plugin: 'nx-secrets', options }] }) });
const stages = { dev: place, staging: place };

let printed: string[];
beforeEach(() => {
  printed = [];
  jest.spyOn(console, 'log').mockImplementation((text: string) => void printed.push(text));
  jest.spyOn(logger, 'info').mockImplementation((text: string) => void printed.push(text));
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => (printed.push(String(text)), true));
});

workspace.prepare(async () => {
  await configure({ stages });
  for (const root of [api, tool]) await workspace.init({ directory: root });
  await workspace.set(api, 'dev', 'A', 'v');
  await workspace.set(api, 'dev', 'DEBUG', 'v');
  await workspace.set(api, 'staging', 'A', 'v');
  await workspace.commit();
});

const check = async (stage: readonly string[] = [], roots: readonly string[] = [api, tool]) => {
  const { options } = readPlugin(workspace.directory(), parseJson(workspace.read('nx.json')));
  const everyService = await readServices(workspace.directory(), [api, tool], options);
  return runChecks({
    workspaceRoot: workspace.directory(),
    options,
    everyService,
    services: everyService.filter(({ root }) => roots.includes(root)),
    everyRoot: [api, tool],
    stages: stage,
    maxAge: undefined,
  });
};

const verbs: Readonly<Record<string, (stage: string) => Promise<unknown>>> = {
  init: (stage) => workspace.init({ directory: api, stages: stage }),
  'init --all': (stage) => workspace.init({ directory: '', all: true, stages: stage }),
  set: (stage) => workspace.set(api, stage, 'A', 'v'),
  'sync-secrets': (stage) => workspace.sync([api], { stages: [stage] }),
  'diff-secrets': (stage) => workspace.diff([api], { stages: [stage] }),
  'provision-keys': (stage) => workspace.provision([api], { stages: [stage] }),
  'check-secrets': (stage) => check([stage]),
  rotate: (stage) => workspace.rotate({ directory: api, dataKey: true, stage }),
  policy: (stage) => workspace.generate((tree) => policy(tree, { directory: '', stage })),
  who: (stage) => workspace.generate((tree) => who(tree, { directory: '', stage })),
};

test.each(Object.entries(verbs))('%s --stage=stagng: Did you mean "staging"?', async (_, run) => {
  await expect(run('stagng')).rejects.toThrow('Did you mean "staging"');
});

test('prune --stage=stagng notes it: only AWS knows of stages that are gone', async () => {
  expect((await workspace.prune({ stages: ['stagng'] })).notes.join('\n')).toContain(
    'Did you mean "staging"',
  );
});

describe('a service that does not have a stage', () => {
  const only = (list: readonly string[]) => configure({ stages, services: { [tool]: { stages: list } } });

  test('its file is refused and found, with both ways out', async () => {
    await only(['dev']);
    for (const report of [
      await workspace.sync([tool]),
      await workspace.diff([tool]),
      await check([], [tool]),
    ]) {
      const [problem, ...others] = problems(report);
      expect(others).toEqual([]);
      expect(problem).toMatchObject({ code: 'stageNotOfService', where: `${tool}/secrets/staging.enc.yaml` });
      expect(problem?.fix).toContain(`stage add staging --project=${tool}`);
      expect(problem?.fix).toContain(`stage remove staging --project=${tool}`);
    }
    await expect(workspace.set(tool, 'staging', 'A', 'v')).rejects.toMatchObject({
      problem: { code: 'stageNotOfService' },
    });
  });

  test('without its file, nothing is missed: no note, no key, no configuration, no policy', async () => {
    await only(['dev']);
    rmSync(join(workspace.directory(), `${tool}/secrets/staging.enc.yaml`));
    expect(outcomes(await workspace.sync([tool]))).toEqual(['tool dev created']);
    const synced = await workspace.sync([api, tool]);
    expect(synced.notes.filter((note) => note.includes('no secret file'))).toEqual([]);
    expect(outcomes(await workspace.provision([tool]))).toEqual(['tool dev unchanged']);
    const named = await workspace.sync([tool], { stages: ['staging'] });
    expect(named.entries).toEqual([]);
    expect(named.notes).toEqual(['nx.json does not give stage staging to tool']);
    await workspace.init({ directory: '', all: true });
    await workspace.init({ directory: '', all: true, stages: 'staging' });
    expect(() => workspace.read(`${tool}/secrets/staging.enc.yaml`)).toThrow('ENOENT');
    await workspace.generate((tree) => policy(tree, { directory: tool, for: 'runtime' }));
    expect(printed.join('\n')).not.toContain('tool/staging');
    const nodes = await createNodes[1](
      [`${tool}/.sops.yaml`],
      { stages, services: { [tool]: { stages: ['dev'] } } },
      { workspaceRoot: workspace.directory(), nxJsonConfiguration: {} },
    );
    const targets = nodes[0]?.[1].projects?.[tool]?.targets;
    expect(Object.keys(targets?.['sync-secrets']?.configurations ?? {})).toEqual(['dev']);
  });

  test('a stage that nx.json does not have', async () => {
    await only(['dev', 'stagng']);
    await expect(workspace.sync([tool])).rejects.toThrow('Did you mean "staging"');
  });
});

describe('optional keys', () => {
  const codes = async () => problems(await check([], [api])).map(({ code }) => code);
  test.each<[string, object, readonly string[]]>([
    ['none', {}, ['missingKeys']],
    ['a list', { optional: ['DEBUG'] }, []],
    ['in another stage', { optional: { DEBUG: ['dev'] } }, ['missingKeys']],
    ['in this stage, of this service', { services: { [api]: { optional: { DEBUG: ['staging'] } } } }, []],
    ['of another service', { services: { [tool]: { optional: ['DEBUG'] } } }, ['missingKeys']],
  ])('%s', async (_, options, expected) => {
    await configure({ stages, ...options });
    expect(await codes()).toEqual(expected);
  });

  test('the finding has the line to add, which does', async () => {
    await configure({ stages, services: { [api]: 'api' } });
    const [problem] = problems(await check([], [api]));
    const line = /^"services": (.*)$/m.exec(problem?.fix ?? '')?.[1] ?? '';
    await configure({ stages, services: JSON.parse(line) as object });
    expect(await codes()).toEqual([]);
  });
});
