import { logger, type GeneratorCallback, type Tree } from '@nx/devkit';
import pLimit from 'p-limit';
import { createKeyring } from 'sops-codec';
import { fail, printable, toProblem } from '../../problem';
import { isFailed, type Entry, type Outcome } from '../../report/report';
import { renderReport } from '../../report/text';
import { rotateDataKey } from './rotate-data-key';
import { readTargets, type Target, type TargetOptions, type Targets } from './targets';

/** Options of `nx g secrets:rotate`, as in schema.json. */
export interface RotateOptions extends TargetOptions {
  readonly dataKey?: boolean;
}

/** Files worked on at once. */
const concurrency = 8;

/**
 * Encrypts secret files under new keys. A dry run says which; keys are asked for and files written in the callback, which
 * a dry run does not call.
 */
export default async function rotate(tree: Tree, given: RotateOptions): Promise<GeneratorCallback> {
  if (!given.dataKey) fail(nothingAsked);
  const targets = await readTargets(tree, given);
  for (const { path } of targets.targets) logger.info(printable(`new data key for ${path}`));
  return async () => {
    const keyring = createKeyring();
    await report(targets, async (target) => {
      await rotateDataKey(target, targets, keyring);
      return { kind: 'rotated' };
    });
  };
}

/** Takes a step for each target and prints what came of it. One that fails stops no other. */
async function report({ targets }: Targets, step: (target: Target) => Promise<Outcome>): Promise<void> {
  const start = performance.now();
  const limit = pLimit(concurrency);
  const entries = await Promise.all(
    targets.map((target) =>
      limit(async (): Promise<Entry> => {
        const { service, names, path, problem } = target;
        const entry = { service: names.service, stage: names.stage, name: path, root: service.root };
        if (problem) return { ...entry, outcome: { kind: 'failed', problem } };
        const outcome = await step(target).catch((error: unknown): Outcome => ({
          kind: 'failed',
          problem: toProblem(error),
        }));
        return { ...entry, outcome };
      }),
    ),
  );
  const milliseconds = performance.now() - start;
  logger.info(renderReport({ noun: ['secret file', 'secret files'], entries, notes: [], milliseconds }));
  const failed = entries.filter(({ outcome }) => isFailed(outcome)).length;
  if (failed > 0) fail(someFailed(failed, entries.length));
  logger.info('Next: commit the files; the next sync pushes them, with the same values.');
}

const nothingAsked = {
  what: 'what to rotate is not said',
  where: 'nx g secrets:rotate',
  fix: 'Pass --data-key for a new data key.',
};

const someFailed = (failed: number, all: number) => ({
  what: `${failed} of ${all} secret files could not be rotated, as said above; the others are`,
  fix: 'Mend what is said there, then run it again for those.',
});
