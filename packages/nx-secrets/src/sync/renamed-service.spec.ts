import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { logger } from '@nx/devkit';
import type { Problem } from '../problem';
import { counts, failuresOf, isFailed } from '../report';
import { outcomes, problems, useAwsWorkspace } from '../testing/aws-workspace.test-kit';
import { commandsOf, pasteInto } from '../testing/pasted.test-kit';
import { readPlugin } from '../config/plugin';
import { readServices } from '../config/services';
import { runChecks } from '../checks/run-checks';

const workspace = useAwsWorkspace();
// Project name, service name and folder all differ.
const [folder, moved, project] = ['apps/users-backend', 'apps/accounts-backend', 'users-app'];
const names = { [folder]: 'user-service' };

const configure = (options: object) =>
  workspace.write({
    'nx.json': JSON.stringify({ plugins: [{ plugin: 'nx-secrets', options }] }),
  });
const optionsNow = () =>
  (JSON.parse(workspace.read('nx.json')) as { plugins: [{ options: Record<string, unknown> }] }).plugins[0]
    .options;

let paste: ReturnType<typeof pasteInto>['paste'];
beforeEach(() => {
  jest.spyOn(console, 'log').mockImplementation(() => undefined);
  ({ paste } = pasteInto(workspace));
});
workspace.prepare(async () => {
  await configure({ services: names });
  await workspace.write({ [`${folder}/project.json`]: JSON.stringify({ name: project }) });
  await paste(`npx nx g nx-secrets:init --stages=dev --project=${project}`);
  await paste(`npx nx g nx-secrets:set A --stage=dev --project=${project}`, { values: { A: 'one' } });
  await workspace.commit();
  expect(outcomes(await sync(folder))).toEqual(['user-service dev created']);
});

const request = async (root: string) => {
  const { options: read } = readPlugin(
    workspace.directory(),
    JSON.parse(workspace.read('nx.json')) as Parameters<typeof readPlugin>[1],
    new Map([[root, project]]),
  );
  const services = await readServices(workspace.directory(), [root], read);
  return { options: read, services, everyService: services };
};
const sync = async (root: string) => workspace.sync([root], await request(root));
/** The problem that each command reports on the service. */
const verbs: Readonly<Record<string, (root: string) => Promise<Problem | undefined>>> = {
  sync: async (root) => problems(await sync(root))[0],
  diff: async (root) => problems(await workspace.diff([root], await request(root)))[0],
  check: async (root) => {
    const { options, services, everyService } = await request(root);
    const report = await runChecks({
      workspaceRoot: workspace.directory(),
      ...{ options, services, everyService, everyRoot: [root], stages: [], maxAge: undefined },
    });
    return problems(report)[0];
  },
  provision: async (root) => problems(await workspace.provision([root], await request(root)))[0],
  set: (root) => thrown(workspace.setWith({ directory: root, stage: 'dev', key: 'B', empty: true })),
  rotate: (root) => rotated(root, { key: true }),
};
const thrown = (step: Promise<unknown>): Promise<Problem | undefined> =>
  step.then(
    () => undefined,
    (error: { problem?: Problem }) => error.problem,
  );
/** What rotate prints of the file, as a problem. */
const rotated = async (root: string, options: object): Promise<Problem | undefined> => {
  jest.mocked(logger.info).mockClear();
  const problem = await thrown(workspace.rotate({ directory: root, ...options }));
  if (!problem) return undefined;
  const text = jest.mocked(logger.info).mock.calls.flat().join('\n');
  const [, fix = ''] = /fix: {3}([^]*?)\n *code: /.exec(text) ?? [];
  return { code: problem.code, what: text, fix: fix.replaceAll(/^ {9}/gm, '') };
};

/** Does what a fix says to nx.json: the option in its quotes. */
const option = async (fix: string, name: string) => {
  const [, value = ''] = new RegExp(`"${name}": (\\{[^}]*\\}|"[^"]*")`).exec(fix) ?? [];
  expect(value).not.toBe('');
  await configure({ ...optionsNow(), [name]: JSON.parse(value) as unknown });
};
/** Does what step 1 of a fix says to .sops.yaml. */
const editRule = async (root: string, fix: string) => {
  const [, place = '', arn = '', service = '', stage = ''] =
    /In (\S+), in the rule for \S+ name the key (\S+), with the context \{ service: (\S+), stage: (\S+) \}/.exec(
      fix,
    ) ?? [];
  expect(place).toBe(`${root}/.sops.yaml`);
  const text = workspace
    .read(place)
    .replace(/arn: arn\S+/, `arn: ${arn}`)
    .replace(/^( +service): \S+/m, `$1: ${service}`)
    .replace(/^( +stage): \S+/m, `$1: ${stage}`)
    .replace(/secrets\/\w+/, `secrets/${stage}`);
  await workspace.write({ [place]: text });
};
/** The commands of a fix that do not replace the file. */
const pasteSteps = async (fix: string) => {
  const lines = commandsOf(fix);
  const end = lines.findIndex((line) => /^(?:rm|git checkout) /.test(line));
  for (const line of end < 0 ? lines : lines.slice(0, end)) if (!line.startsWith('git mv')) await paste(line);
};
/** A renamed service: the first command keeps its names, the second one gives it new ones. */
const keepNames = async (fix: string) => paste(commandsOf(fix)[0] ?? '');
const newNames = async (fix: string) => paste(commandsOf(fix)[1] ?? '');
const move = async (from: string, to: string) => {
  await workspace.git('mv', from, to);
  await workspace.commit();
};

describe('a folder that was moved, so that its override in nx.json is lost', () => {
  beforeEach(() => move(folder, moved));

  test.each(Object.keys(verbs))(
    '%s: the former name is advised first, and keeps key and secret',
    async (verb) => {
      const problem = await verbs[verb]!(moved);
      expect(problem?.fix).toMatch(
        verb === 'check' ? /^To keep its name/ : /^If the service was called "user-service" before/,
      );
      const keys = workspace.aws().calls()['kms:CreateKey'];
      await keepNames(problem!.fix);
      expect(outcomes(await sync(moved))).toEqual(['user-service dev unchanged']);
      for (const [name, run] of Object.entries(verbs))
        if (name !== 'rotate') expect(await run(moved)).toBeUndefined();
      expect(workspace.aws().calls()['kms:CreateKey']).toBe(keys);
    },
  );

  test.each(Object.keys(verbs))(
    '%s: the steps to the new name, in their order, keep the values',
    async (verb) => {
      const { fix } = (await verbs[verb]!(moved))!;
      await newNames(fix);
      await workspace.commit();
      expect(outcomes(await sync(moved))).toEqual(['accounts-backend dev created']);
      expect(await workspace.valueOf('/services/accounts-backend/dev')).toBe('{"A":"one"}');
      for (const [name, run] of Object.entries(verbs))
        if (name !== 'rotate') expect(await run(moved)).toBeUndefined();
      // What is left is found, and its removal proved.
      await paste(`npx nx g nx-secrets:rename --finish --project=${project}`);
      await workspace.commit();
      expect(outcomes(await workspace.prune(await request(moved)))).toEqual(['user-service dev orphan']);
    },
  );

  test('a rule that has the new key and the old context', async () => {
    const rules = workspace.read(`${moved}/.sops.yaml`);
    await workspace.write({
      [`${moved}/.sops.yaml`]: rules.replace('alias/user-service-dev', 'alias/accounts-backend-dev'),
    });
    await paste(`npx nx run ${project}:provision-keys --stage=dev`);
    await paste(`npx sops-codec --config ${moved}/.sops.yaml updatekeys --yes ${moved}/secrets/dev.enc.yaml`);
    const problem = (await verbs['sync']!(moved))!;
    expect(problem.what).toContain('its encryption context has service "user-service"');
    expect(problem.fix).not.toContain('rm ');
    expect((await verbs['check']!(moved))?.fix).toBe(problem.fix);
    await workspace.write({
      [`${moved}/.sops.yaml`]: workspace
        .read(`${moved}/.sops.yaml`)
        .replace('service: user-service', 'service: accounts-backend'),
    });
    await pasteSteps(problem.fix);
    await workspace.commit();
    expect(outcomes(await sync(moved))).toEqual(['accounts-backend dev created']);
  });

  test('its rule, where it has no file yet', async () => {
    await rm(join(workspace.directory(), moved, 'secrets'), { recursive: true });
    const problem = await verbs['provision']!(moved);
    expect(problem?.fix).toMatch(/^If the service was called "user-service" before/);
    await keepNames(problem!.fix);
    expect(await verbs['provision']!(moved)).toBeUndefined();
  });
});

test('a folder that was renamed is one finding, whatever its files are', async () => {
  await paste(`npx nx g nx-secrets:init --stages=prod --project=${project}`);
  await paste(`npx nx g nx-secrets:set A --stage=prod --project=${project}`, { values: { A: 'two' } });
  await workspace.commit();
  await move(folder, moved);
  const { options, services, everyService } = await request(moved);
  const report = await runChecks({
    workspaceRoot: workspace.directory(),
    ...{ options, services, everyService, everyRoot: [moved], stages: [], maxAge: undefined },
  });
  expect(counts(report).get('findings')).toBe(1);
  expect(failuresOf(report.entries)).toHaveLength(1);
  expect(report.entries.map(({ name }) => name)).toEqual([
    `${moved}/secrets/dev.enc.yaml`,
    `${moved}/secrets/prod.enc.yaml`,
  ]);
});

test('another "services" name in nx.json: as for a folder that was moved', async () => {
  await configure({ services: { [folder]: 'accounts' } });
  const problem = await verbs['sync']!(folder);
  expect(problem?.fix).toMatch(/^If the service was called "user-service" before/);
  await keepNames(problem!.fix);
  expect(outcomes(await sync(folder))).toEqual(['user-service dev unchanged']);
});

test('a stage that was renamed: back, or to the new name', async () => {
  const [before, after] = ['dev', 'develop'].map((stage) => `${folder}/secrets/${stage}.enc.yaml`);
  await move(before!, after!);
  const { fix } = (await verbs['sync']!(folder))!;
  const [back = ''] = commandsOf(fix);
  expect(back).toBe(`git mv ${after} ${before}`);
  await editRule(folder, fix);
  await pasteSteps(fix);
  await workspace.commit();
  expect(outcomes(await sync(folder))).toEqual(['user-service develop created']);
  await workspace.git('checkout', '-q', 'HEAD~1', '--', '.');
  await paste(back);
  expect(outcomes(await sync(folder))).toEqual(['user-service dev unchanged']);
});

test.each(['sync', 'check', 'provision', 'set', 'rotate'])(
  'another "keyAlias" in nx.json, %s: back, or keys under the new one',
  async (verb) => {
    await configure({ services: names, keyAlias: 'team/{stage}/{service}' });
    const { fix } = (await verbs[verb]!(folder))!;
    expect(fix).toMatch(/^If "keyAlias" in nx.json was changed.*"keyAlias": "\{service\}-\{stage\}"/);
    await option(fix, 'keyAlias');
    expect(outcomes(await sync(folder))).toEqual(['user-service dev unchanged']);
    await configure({ services: names, keyAlias: 'team/{stage}/{service}' });
    await editRule(folder, fix);
    await pasteSteps(fix);
    await workspace.commit();
    const report = await sync(folder);
    expect(report.entries.some(({ outcome }) => isFailed(outcome))).toBe(false);
    expect(outcomes(report)).toEqual(['user-service dev updated']);
    expect(outcomes(await sync(folder))).toEqual(['user-service dev unchanged']);
  },
);

describe("another service's key", () => {
  const [pay, payProject] = ['apps/pay-backend', 'pay-app'];
  const devFile = `${folder}/secrets/dev.enc.yaml`;
  const syncUsers = async () => {
    const { options } = await request(folder);
    const everyService = await readServices(workspace.directory(), [folder, pay], options);
    return workspace.sync([folder], { ...(await request(folder)), everyService });
  };
  /** The data key of a file, as its recipients have it. */
  const macOf = (text: string) => /mac: (\S+)/.exec(text)?.[1];
  beforeEach(async () => {
    await configure({ services: { ...names, [pay]: 'payment-service' } });
    await workspace.write({ [`${pay}/project.json`]: JSON.stringify({ name: payProject }) });
    await paste(`npx nx g nx-secrets:init --stages=dev --project=${payProject}`);
    await workspace.commit();
  });

  test('a file and rules that were copied on purpose keep their values, under a data key of their own', async () => {
    await paste(`npx nx g nx-secrets:set A --stage=dev --project=${payProject}`, { values: { A: 'theirs' } });
    await workspace.write({
      [devFile]: workspace.read(`${pay}/secrets/dev.enc.yaml`),
      [`${folder}/.sops.yaml`]: workspace.read(`${pay}/.sops.yaml`),
    });
    await workspace.commit();
    const { what, fix } = problems(await syncUsers())[0]!;
    expect(what).toContain('the key of service payment-service, stage dev');
    await editRule(folder, fix);
    await pasteSteps(fix);
    await workspace.commit();
    expect(macOf(workspace.read(devFile))).not.toBe(macOf(workspace.read(`${pay}/secrets/dev.enc.yaml`)));
    const report = await syncUsers();
    // The deployed value is another file's: that is for the team to say.
    expect(problems(report)[0]?.what ?? '').not.toContain('alias/payment-service-dev');
    expect(workspace.read(devFile)).not.toContain('payment-service');
  });

  test('one that another service opens, too: without that one, under a new data key', async () => {
    const rules = workspace.read(`${folder}/.sops.yaml`);
    const other = rules.replace(/^( +)- arn: (\S+)$/m, (line, indent: string, arn: string) => {
      return `${indent}- arn: ${arn.replace('user-service', 'payment-service')}\n${line}`;
    });
    await workspace.write({ [`${folder}/.sops.yaml`]: other });
    const config = [`--config=${folder}/.sops.yaml`];
    await paste(`npx sops-codec ${config.join(' ')} updatekeys --yes ${devFile}`);
    const before = workspace.read(devFile);
    expect(before).toContain('payment-service');
    await workspace.write({ [`${folder}/.sops.yaml`]: rules });
    const { fix } = problems(await syncUsers())[0]!;
    expect(fix).not.toContain('rm ');
    await pasteSteps(fix);
    await workspace.commit();
    expect(workspace.read(devFile)).not.toContain('payment-service');
    expect(macOf(workspace.read(devFile))).not.toBe(macOf(before));
    expect(outcomes(await syncUsers())).toEqual(['user-service dev updated']);
  });
});

test('a repository that was renamed: the service at its root keeps its name', async () => {
  await workspace.git('remote', 'add', 'origin', 'git@github.com:acme/shop-backend.git');
  await configure({});
  await workspace.write({ 'project.json': '{"name": "shop-app"}' });
  await paste('npx nx g nx-secrets:init --stages=dev --project=shop-app');
  await workspace.commit();
  expect(outcomes(await workspace.sync(['.'], await request('.')))).toEqual(['shop-backend dev created']);
  await workspace.git('remote', 'set-url', 'origin', 'git@github.com:acme/shop.git');
  const { fix } = problems(await workspace.sync(['.'], await request('.')))[0]!;
  expect(fix).toContain('nx-secrets:rename --project=');
  await paste('npx nx g nx-secrets:rename --project=shop-app');
  expect(optionsNow()['services']).toEqual({ '.': 'shop-backend' });
  expect(outcomes(await workspace.sync(['.'], await request('.')))).toEqual(['shop-backend dev unchanged']);
});
