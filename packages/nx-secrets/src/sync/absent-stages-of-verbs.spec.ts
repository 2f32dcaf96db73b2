import { account, outcomes, region, useAwsWorkspace } from '../testing/aws-workspace.test-kit';
import { runChecks } from '../checks/run-checks';
import { runProvision } from '../keys/run-provision';
import { runDiff } from './run-diff';
import { runSync } from './run-sync';
import { readOptions } from '../config/options';
import { readServices } from '../config/services';
import { uninterrupted } from '../interruption';

const workspace = useAwsWorkspace();
const [user, payment] = ['services/user-service', 'services/payment-service'];

workspace.prepare(async () => {
  const stages = Object.fromEntries(
    ['dev', 'prod', 'old'].map((stage) => [stage, { region, accountId: account }]),
  );
  const options = { stages };
  await workspace.write({ 'nx.json': JSON.stringify({ plugins: [{ plugin: 'nx-secrets', options }] }) });
  await workspace.init({ directory: user, stages: 'dev' });
  await workspace.init({ directory: payment, stages: 'dev,prod' });
  await workspace.commit();
});

const verbs = ['sync', 'diff', 'check', 'provision'] as const;
const run = async (verb: (typeof verbs)[number], stages: readonly string[]) => {
  const options = readOptions({ stages: { dev: {}, prod: {}, old: {} } });
  const everyService = await readServices(workspace.directory(), [user, payment], options);
  const services = everyService.filter(({ root }) => root === user);
  const overrides = { overwrite: new Set<string>(), adopt: new Set<string>(), enable: false };
  const request = {
    workspaceRoot: workspace.directory(),
    ...{ options, services, everyService, stages, overrides },
    ...{
      dryRun: true,
      ci: false,
      interruption: uninterrupted,
      maxAge: undefined,
      everyRoot: [user, payment],
    },
  };
  return { sync: runSync, diff: runDiff, check: runChecks, provision: runProvision }[verb](request);
};

test.each(verbs)('%s says which of the configured stages a service does not have', async (verb) => {
  const { notes } = await run(verb, []);
  expect(notes.filter((note) => note.includes('for stage'))).toEqual([
    expect.stringMatching(/^no .* for stage prod: user-service; .*init --stages=prod/),
    expect.stringMatching(/^no .* for stage old: user-service; .*init --stages=old/),
  ]);
});

test.each(verbs)('%s: a stage asked for by name that only another service has is noted', async (verb) => {
  const report = await run(verb, ['prod']);
  expect(outcomes(report)).toEqual([]);
  expect(report.notes).toEqual([expect.stringContaining('for stage prod: user-service')]);
});

test.each(verbs)('%s: a stage asked for by name that nobody has is refused', async (verb) => {
  await expect(run(verb, ['dev', 'old'])).rejects.toThrow('for stage "old", so nothing was done');
});

test.each(['sync', 'diff', 'check'] as const)(
  '%s: a stage whose key is yet to be made, as a rule says, is noted',
  async (verb) => {
    await workspace.init({ directory: user, stages: 'old', files: false });
    const { notes } = await run(verb, ['old']);
    expect(notes).toEqual([expect.stringContaining('for stage old: user-service')]);
  },
);
