import { posix } from 'node:path';
import { logger, type GeneratorCallback, type Tree } from '@nx/devkit';
import pLimit from 'p-limit';
import { openCaller } from '../../aws/caller';
import { openSessions } from '../../aws/session';
import { log } from '../../output/log';
import { throwProblem, toProblem, type Problem } from '../../problem';
import { printing } from '../../output/stdout';
import { failedPart } from '../../output/failed-part';
import { isFailed, type Entry, type Outcome } from '../../report';
import { withRollOut, type Actor } from '../../policies/roll-out';
import { reportData } from '../../output/json-report';
import { writeJson } from '../../output/publish';
import { renderReport } from '../../output/text';
import { writablePlace } from '../../files/links';
import { nameInCommands } from '../../config/short-name';
import { sopsConfigFile } from '../../config/services';
import { textIfThere } from '../../config/read-file';
import { reportAsInstalled } from '../../output/report-as-installed';
import { asInstalled } from '../as-installed';
import { reportedWhenStopped } from '../reported';
import { changeRule, keyChangeOf, type KeyChange } from './key-change';
import { rotateDataKey } from './rotate-data-key';
import { rotateKey } from './rotate-key';
import { readTargets, type Target, type TargetOptions, type Targets } from './targets';

/** Options of `nx g secrets:rotate`, as in schema.json. */
export interface RotateOptions extends TargetOptions {
  readonly dataKey?: boolean;
  readonly key?: boolean;
  readonly revoke?: boolean;
  readonly history?: boolean;
  readonly window?: number;
  /** Also write the report as JSON to this file, relative to the workspace. */
  readonly json?: string;
}

/** What a run does: one of the three. */
type Mode = 'dataKey' | 'key' | 'revoke';

/** Files worked on at once. */
const concurrency = 8;

/** Days in which a key's deletion can be cancelled, at most. Source: KMS ScheduleKeyDeletion, PendingWindowInDays. */
const longestWindow = 30;

/**
 * Encrypts secret files under new keys. A dry run says which; keys are asked for and made, and files written, in the
 * callback, which a dry run does not call.
 */
export default asInstalled(reportedWhenStopped(rotate));

async function rotate(tree: Tree, given: RotateOptions): Promise<GeneratorCallback> {
  const mode = modeOf(given);
  const window = given.window ?? longestWindow;
  if (!Number.isInteger(window) || window < 7 || window > longestWindow) throwProblem(wrongWindow(window));
  const targets = await readTargets(tree, given, mode === 'revoke' ? 'revoke' : 'rotate');
  const changes = new Map<Target, KeyChange>();
  for (const target of targets.targets) {
    const change = mode === 'dataKey' ? await keyChangeOf(target, targets) : undefined;
    if (change) {
      changes.set(target, change);
      await writablePlace(targets.workspaceRoot, posix.join(target.service.root, sopsConfigFile));
      changeRule(tree, target, change);
    }
    log(announcement(mode, target, change));
  }
  const run = async () => {
    const caller = openCaller();
    const sessions = openSessions({ workspaceRoot: targets.workspaceRoot, task: 'rotate' });
    if (mode === 'dataKey') {
      try {
        await report(targets, { ...given, mode }, 'developer', async (target): Promise<Outcome> => {
          const change = changes.get(target);
          await rotateDataKey(target, targets, caller, change);
          return { kind: 'rotated', ...(change ? { note: `now under ${change.to.arn}` } : {}) };
        });
      } finally {
        caller.close();
      }
      return;
    }
    const how = {
      account: caller.account,
      sessionFor: sessions.of,
      revoke: mode === 'revoke',
      history: given.history ?? false,
      window,
    };
    try {
      await report(targets, { ...given, mode }, 'rotate', (target) => rotateKey(target, targets, how));
    } finally {
      sessions.close();
      caller.close();
    }
  };
  return () => printing(run);
}

function modeOf(given: RotateOptions): Mode {
  const asked = (['dataKey', 'key', 'revoke'] as const).filter((mode) => given[mode]);
  // With --revoke there is a new key anyway.
  const [mode, another] = asked.filter((one) => !(one === 'key' && given.revoke));
  return mode && !another ? mode : throwProblem(whatToRotate(asked.length));
}

function announcement(mode: Mode, { path, names }: Target, change: KeyChange | undefined): string {
  if (mode !== 'dataKey' && names.foreignKey)
    return `no new key for ${path}: somebody else makes ${names.foreignKey.arn}`;
  switch (mode) {
    case 'dataKey':
      return change
        ? `new data key for ${path}, under ${change.to.arn} instead of ${change.from.arn}`
        : `new data key for ${path}`;
    case 'key':
      return `new key behind ${names.keyAlias} for ${path}; where an earlier run is not finished, its next step instead`;
    case 'revoke':
      return `new key behind ${names.keyAlias} for ${path}; the current key and older ones are scheduled for deletion`;
  }
}

/** What is left to do with the files that were written. */
const nextStep = (mode: Mode): string =>
  mode === 'revoke'
    ? 'Next: commit the files; the next sync pushes them, with the same values. Whoever had the key could read those: change each at its source, as listed above.'
    : 'Next: commit the files; the next sync pushes them, with the same values.';

/** Takes a step for each target and prints what came of it. One that fails stops no other. */
async function report(
  { workspaceRoot, targets, options }: Targets,
  { mode, json }: Pick<RotateOptions, 'json'> & { readonly mode: Mode },
  actor: Actor,
  step: (target: Target) => Promise<Outcome>,
): Promise<void> {
  const start = performance.now();
  const limit = pLimit(concurrency);
  const written = new Set<string>();
  const entries = await Promise.all(
    targets.map((target) =>
      limit(async (): Promise<Entry> => {
        const { service, names, path } = target;
        const entry = { service: names.service, stage: names.stage, name: path, root: service.root };
        const before = await textIfThere(workspaceRoot, path).catch(() => undefined);
        // Before a key is made: a file that could not be written would be left behind.
        const checked = writablePlace(workspaceRoot, path).then(() => step(target));
        const ended = await checked.catch((error: unknown): Outcome => ({
          kind: 'failed',
          problem: toProblem(error),
        }));
        const stage = options.stages.get(names.stage) ?? {};
        const outcome: Outcome = isFailed(ended)
          ? { ...ended, problem: withRollOut(ended.problem, actor, { names, stage }) }
          : ended;
        if ((await textIfThere(workspaceRoot, path).catch(() => undefined)) !== before) written.add(path);
        return { ...entry, outcome };
      }),
    ),
  );
  const milliseconds = performance.now() - start;
  const done = { noun: ['secret file', 'secret files'], entries, notes: [], milliseconds } as const;
  const installed = reportAsInstalled(done, nameInCommands(workspaceRoot, options.pluginName));
  logger.info(renderReport(installed));
  if (json !== undefined) await writeJson(workspaceRoot, String(json), reportData(installed));
  // Where something failed afterwards, too: nobody else opens the file that Git has.
  if (written.size > 0) log(nextStep(mode));
  const failed = entries.filter(({ outcome }) => isFailed(outcome)).length;
  if (failed > 0) throwProblem(someFailed(failed, entries.length));
}

const whatToRotate = (asked: number): Problem => ({
  code: asked === 0 ? 'nothingToRotate' : 'conflictingOptions',
  what:
    asked === 0
      ? 'nothing to rotate: pass --data-key, --key or --revoke'
      : '--data-key cannot be combined with --key or --revoke',
  where: '--data-key, --key, --revoke',
  fix: 'Pass --data-key for a new data key, --key for a new KMS key (and a new data key), or --revoke after a leak.',
});

const wrongWindow = (window: unknown): Problem => ({
  code: 'badWindow',
  what: `--window=${String(window)} is not a number of days from 7 to ${longestWindow}`,
  where: '--window',
  fix: `Pass such a number, or leave it out for ${longestWindow}.`,
});

const someFailed = (failed: number, all: number): Problem => ({
  code: 'partlyFailed',
  what: failedPart(failed, all, ['secret file', 'secret files'], 'rotated'),
  fix: 'See the fixes above.',
});
