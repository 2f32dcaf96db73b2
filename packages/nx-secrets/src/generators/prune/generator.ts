import { readNxJson, type GeneratorCallback, type Tree } from '@nx/devkit';
import { pruneRequest, type PruneOptions } from '../../executors/prune-secrets/definition';
import { throwProblem, type Problem } from '../../problem';
import { runPrune } from '../../prune/run-prune';
import { publish } from '../../output/publish';
import { failuresOf, succeeded } from '../../report';
import { isDryRun } from '../../output/dry-run';
import { interruptible } from '../../interruption';
import { installedName } from '../../config/installed-name';
import { nameInCommands } from '../../config/short-name';
import { serviceRoots } from '../../config/project-location';
import { reportAsInstalled } from '../../output/report-as-installed';
import { asInstalled } from '../as-installed';
import { reportedWhenStopped } from '../reported';

/**
 * The executor `prune-secrets` for workspaces that have no project to put its target on: the services that it is about
 * have none any more. Changes no file. Nx does not call what it gives back under `--dry-run`: what would be deleted is looked
 * up before.
 */
export default asInstalled(reportedWhenStopped(prune));

async function prune(tree: Tree, options: PruneOptions): Promise<GeneratorCallback> {
  const workspace = {
    root: tree.root,
    nxJson: readNxJson(tree) ?? {},
    roots: await serviceRoots(tree),
  };
  const name = nameInCommands(tree.root, installedName(tree.root, workspace.nxJson));
  const run = (dryRun: boolean) =>
    interruptible(async (interruption) => {
      const report = await runPrune(await pruneRequest({ ...options, dryRun }, workspace, interruption));
      await publish(reportAsInstalled(report, name), {
        title: 'prune-secrets',
        workspaceRoot: tree.root,
        json: options.json,
        interrupted: interruption.requested(),
      });
      if (!succeeded(report)) throwProblem(notAll(failuresOf(report.entries).length));
    });
  if (isDryRun()) await run(true);
  return () => run(options.dryRun ?? false);
}

const notAll = (count: number): Problem => ({
  code: 'partlyFailed',
  what: count === 1 ? 'one problem remains' : `${count} problems remain`,
  where: 'prune-secrets',
  fix: 'See the fixes above.',
});
