import { posix } from 'node:path';
import type { Tree } from '@nx/devkit';
import { lastReadText, placeOfSecret } from './last-read';
import { shellWord } from '../../config/commands';
import { withoutStage } from '../../config/stage-edits';
import { configuredStages } from '../../config/service-stages';
import { sopsConfigFile, type Service } from '../../config/services';
import { namesOf } from '../../config/names';
import { textIfThere } from '../../config/read-file';
import { assertNoLink, writablePlace } from '../../files/links';
import { headCommit, uncommittedAmong } from '../../git/repository';
import { isDryRun } from '../../output/dry-run';
import { throwProblem, type Problem } from '../../problem';
import { secretFilePath } from '../../config/secret-file-name';
import { keysToSetPath } from '../../secret-file/keys-to-set';
import type { InitWorkspace } from '../init/init-service';
import { withoutStageRule } from '../init/sops-config';
import { editOptions } from '../edit-nx-json';
import type { StageGeneratorOptions } from './options';
import type { StageStep } from './step';

/**
 * Takes stages from services: their files, their rules in `.sops.yaml` and their places in nx.json, all through the Tree. What
 * is in AWS stays.
 *
 * @throws ProblemError where a file's values would be lost: Git does not have them
 */
export async function removeStages(
  tree: Tree,
  services: readonly Service[],
  workspace: InitWorkspace,
  stages: readonly string[],
  given: StageGeneratorOptions,
): Promise<readonly StageStep[]> {
  const { options, name } = workspace.plugin;
  const paths = services.flatMap(({ root, files }) =>
    files.filter(({ stage }) => stages.includes(stage)).map(({ path }) => posix.join(root, path)),
  );
  if (!given.force) {
    const isKept = (await headCommit(tree.root)) !== undefined;
    const lost = isKept ? await uncommittedAmong(tree.root, paths) : new Set(paths);
    if (lost.size > 0) throwProblem(notCommitted([...lost]));
  }
  const steps: StageStep[] = [];
  for (const service of services)
    for (const stage of stages) steps.push(await removeOne(tree, service, stage, workspace));
  await writablePlace(tree.root, 'nx.json');
  const owners = given.all ? 'all' : services.map(({ root }) => root);
  if (workspace.plugin.registered)
    editOptions(tree, name, (raw) =>
      stages.reduce((changed, stage) => withoutStage(changed, options, stage, owners), raw),
    );
  return steps;
}

async function removeOne(
  tree: Tree,
  service: Service,
  stage: string,
  workspace: InitWorkspace,
): Promise<StageStep> {
  const { root } = service;
  const { options } = workspace.plugin;
  const files = service.files.filter((file) => file.stage === stage);
  const paths = files.map(({ path }) => posix.join(root, path));
  const names = namesOf(service.name, stage, options, root); // Refuses names that stages cannot have.
  // Of whatever format the file is, its list has one name; it can be there without the file.
  const list = keysToSetPath(posix.join(root, secretFilePath(stage, 'yaml')));
  const place = paths[0] === undefined ? undefined : await placeOfSecret(tree.root, paths[0], names);
  for (const path of [...paths, list]) {
    if (!tree.exists(path)) continue;
    await assertNoLink(tree.root, path);
    await writablePlace(tree.root, path);
    tree.delete(path);
  }
  const config = posix.join(root, sopsConfigFile);
  await writablePlace(tree.root, config);
  const before = tree.read(config, 'utf8') ?? (await textIfThere(tree.root, config)) ?? '';
  const after = withoutStageRule(before, stage, config);
  if (after !== before) tree.write(config, after);
  const wasThere = paths.length > 0 || after !== before || configuredStages(root, options).includes(stage);
  return {
    service,
    stage,
    finish: async () => {
      if (!wasThere) return { kind: 'absent' };
      const kind = isDryRun() ? 'would-remove' : 'removed';
      return paths.length === 0 ? { kind } : { kind, note: await lastReadText(names, place) };
    },
  };
}

const notCommitted = (paths: readonly string[]): Problem => ({
  code: 'notCommitted',
  what: `${paths.length === 1 ? 'this file has' : 'these files have'} values that Git does not have: they would be lost`,
  where: paths.join('\n'),
  fix: `Commit first, so that the values stay in Git's history:\ngit add ${paths.map(shellWord).join(' ')} && git commit -m "Before the stage goes"\nIf nobody needs them, pass --force.`,
});
