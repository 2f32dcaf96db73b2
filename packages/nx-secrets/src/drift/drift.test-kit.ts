import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as kms from '@aws-sdk/client-kms';
import * as secrets from '@aws-sdk/client-secrets-manager';
import { runChecks } from '../checks/run-checks';
import { readOptions } from '../config/options';
import { readServices } from '../config/services';
import { isFailed, type Report } from '../report';
import { account, region, useAwsWorkspace } from '../testing/aws-workspace.test-kit';
import { commandsOf, pasteInto } from '../testing/pasted.test-kit';

/** Folder, Nx project and service have names of their own. */
export const root = 'services/people';
export const secretName = '/services/accounts/dev';
export const alias = 'alias/accounts-dev';
export const there = 'us-east-1';
export const elsewhere = 'eu-central-1';
export const file = `${root}/secrets/dev.enc.yaml`;
const role = (name: string) => `arn:aws:iam::${account}:role/${name}`;
const given = {
  stages: {
    dev: {
      region,
      replicaRegions: [there],
      principals: { sync: role('sync'), runtime: role('people'), decrypt: role('lead') },
    },
    prod: { region },
  },
  services: { [root]: 'accounts' },
  tags: { team: 'people' },
};

/** A row of docs/drift.md. */
interface Row {
  readonly drift: string;
  /** What each target says. */
  readonly said: Readonly<Record<keyof Reports, string>>;
  /** Commands, or parts of them, in their order; none where nothing is to be done. */
  readonly steps: readonly string[];
}

/** The rows of docs/drift.md below a heading: what each verb says, and the steps. */
function rowsOf(heading: string): readonly Row[] {
  const text = readFileSync(join(__dirname, '../../../../docs/drift.md'), 'utf8');
  const chapter = text.split(/^## /m).find((one) => one.startsWith(`${heading}\n`)) ?? '';
  return chapter
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) => {
      const [drift = '', diff = '', check = '', sync = '', provision = '', fix = ''] = line
        .split('|')
        .slice(1)
        .map((cell) => cell.trim().replaceAll('`', ''));
      return { drift, said: { diff, check, sync, provision }, steps: fix === '' ? [] : fix.split(/, then /) };
    });
}

/** What somebody does by hand. */
export type Drift = (at: DriftWorkspace) => Promise<unknown>;

/** A test for each row of a chapter: the rows of the document and the drifts are the same. */
export const playChapter = (heading: string, drifts: Readonly<Record<string, Drift>>, syncs = false): void =>
  describe(heading, () => {
    const workspace = useDriftWorkspace(syncs);
    const rows = rowsOf(heading);
    test('each row is played, and what is played is a row', () => {
      expect(rows.map(({ drift }) => drift)).toEqual(Object.keys(drifts));
    });
    test.each(rows.map((row) => [row.drift, row] as const))('%s', async (drift, row) => {
      await play(workspace, row, drifts[drift]!);
    });
  });

export type DriftWorkspace = ReturnType<typeof useDriftWorkspace>;

/** A workspace with a stage that is provisioned, pushed and replicated, and what plays a row of the table in it. */
function useDriftWorkspace(syncs: boolean) {
  const workspace = useAwsWorkspace();
  const { paste, run } = pasteInto(workspace);
  const clients = new Map<string, { kms: kms.KMSClient; secrets: secrets.SecretsManagerClient }>();
  const at = (where = region) => {
    const endpoint = workspace.aws().endpoint;
    const made = clients.get(where) ?? {
      kms: new kms.KMSClient({ endpoint, region: where }),
      secrets: new secrets.SecretsManagerClient({ endpoint, region: where }),
    };
    clients.set(where, made);
    return made;
  };
  const names = new Map([[root, 'people-api']]);
  const options = () => readOptions(given, names);

  beforeEach(async () => {
    jest.spyOn(console, 'log').mockImplementation(() => undefined);
    jest.spyOn(console, 'error').mockImplementation(() => undefined);
    await workspace.write({
      '.gitignore': '/tmp-*\n/tmp/\n',
      'nx.json': JSON.stringify({ plugins: [{ plugin: 'nx-secrets', options: given }] }),
      [`${root}/project.json`]: JSON.stringify({ name: 'people-api' }),
    });
    await workspace.init({ directory: root, stages: 'dev' });
    await workspace.set(root, 'dev', 'A', 'one');
    await workspace.commit();
    await workspace.sync([root], { options: options() });
    await workspace.provision([root], { options: options() });
  });
  afterAll(() => clients.forEach((one) => [one.kms, one.secrets].forEach((client) => client.destroy())));

  const only = { options: options(), stages: ['dev'] };
  /** What each verb says, with nothing changed. */
  const ask = async () => {
    const diff = await workspace.diff([root], only);
    const sync = await workspace.sync([root], { ...only, dryRun: !syncs });
    const provision = await workspace.provision([root], { ...only, dryRun: true });
    const services = await readServices(workspace.directory(), [root], only.options);
    const check = await runChecks({
      workspaceRoot: workspace.directory(),
      ...only,
      services,
      everyService: services,
      everyRoot: [root],
      maxAge: undefined,
    });
    return { diff, check, sync, provision };
  };

  return {
    ...workspace,
    at,
    paste,
    run,
    keyId: async () =>
      (await at().kms.send(new kms.DescribeKeyCommand({ KeyId: alias }))).KeyMetadata!.KeyId!,
    makeKey: async (tags: Readonly<Record<string, string>> = {}) =>
      (
        await at().kms.send(
          new kms.CreateKeyCommand({
            Tags: Object.entries(tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
          }),
        )
      ).KeyMetadata!.KeyId!,
    ask,
  };
}

/** Makes the drift, compares the reports with the row, pastes the fix, and checks that nothing is reported afterwards. */
async function play(workspace: DriftWorkspace, { steps, said }: Row, make: Drift): Promise<void> {
  await make(workspace);
  const reports = await workspace.ask();
  expect(saidBy(reports)).toEqual(said);
  expect(steps.length).toBeLessThanOrEqual(2);
  for (const [index, step] of steps.entries())
    await workspace.paste(lineOf(step, index === 0 ? reports : await workspace.ask()));
  await workspace.git('add', '--all');
  await workspace.git('commit', '--quiet', '--allow-empty', '--message=fixed');
  if (steps.length === 0) return;
  // KMS names a replica until the days are over.
  const waits = steps.some((step) => step.includes('schedule-key-deletion'));
  expect(saidBy(await workspace.ask())).toEqual({
    ...clean,
    ...(waits ? { provision: said.provision } : {}),
  });
}

const clean = { diff: 'unchanged', check: 'passed', sync: 'unchanged', provision: 'unchanged' };

type Reports = Readonly<Record<'diff' | 'check' | 'sync' | 'provision', Report>>;

/** An outcome or a code, and whether there is a remark besides. */
const saidBy = (reports: Reports) =>
  Object.fromEntries(
    Object.entries(reports).map(([verb, { entries, notes }]) => {
      const said = entries.map(({ outcome }) => (isFailed(outcome) ? outcome.problem.code : outcome.kind));
      const isNoted =
        notes.length > 0 ||
        (verb === 'provision' &&
          entries.some(({ outcome }) => outcome.kind === 'unchanged' && !isFailed(outcome) && outcome.note));
      return [verb, `${[...new Set(said)].join(', ')}${isNoted ? ' (noted)' : ''}`];
    }),
  ) as Readonly<Record<keyof Reports, string>>;

/** The command that is printed and has the step in it; else a target that said what it would do. */
function lineOf(step: string, { diff, check, sync, provision }: Reports): string {
  const printed = [diff, sync, provision, check].flatMap(({ entries, notes }) => [
    ...entries.flatMap(({ outcome }) =>
      isFailed(outcome) ? commandsOf(outcome.problem.fix) : noted(outcome.note),
    ),
    ...notes.flatMap(commandsOf),
  ]);
  const found = printed.find((line) => step.split(' … ').every((part) => line.includes(part)));
  if (found !== undefined) return found;
  const [would] = { 'sync-secrets': sync, 'provision-keys': provision }[step]?.entries ?? [];
  if (!would?.outcome.kind.startsWith('would-'))
    throw new Error(`nobody says "${step}":\n${printed.join('\n')}`);
  return `npx nx run people-api:${step} --stage=dev`;
}

const noted = (note = ''): readonly string[] => note.split(/; |: (?=aws )/).flatMap(commandsOf);
