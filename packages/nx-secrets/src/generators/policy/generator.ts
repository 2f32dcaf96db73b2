import { posix } from 'node:path';
import { readNxJson, type GeneratorCallback, type Tree } from '@nx/devkit';
import { formats, type PolicyFormat } from '../../policies/formats/format';
import { namedPolicy, policyKinds, type PolicyKind } from '../../policies/named-policy';
import { throwProblem, type Problem } from '../../problem';
import { didYouMean } from '../../config/did-you-mean';
import type { Options } from '../../config/options';
import { writablePlace } from '../../files/links';
import {
  locateProject,
  projectNames,
  serviceRoots,
  type LocationOptions,
} from '../../config/project-location';
import { generate, generateHere } from '../../config/commands';
import { readPlugin } from '../../config/plugin';
import { knownStages, readServices, type Service } from '../../config/services';
import { stageList } from '../../config/stage-list';
import { subjectsOf } from './subjects';

/** Options of `nx g secrets:policy`, as in schema.json. */
export interface PolicyOptions extends LocationOptions {
  readonly for?: string | readonly string[];
  readonly stage?: string | readonly string[];
  readonly format?: PolicyFormat;
  readonly output?: string;
}

/** Writes policies to a file through the Tree, or prints them. Calls nothing in AWS. */
export default async function policy(tree: Tree, given: PolicyOptions): Promise<GeneratorCallback> {
  const place = await locateProject(tree, given);
  const { options } = readPlugin(tree.root, readNxJson(tree) ?? {}, projectNames(tree));
  const kinds = stageList(given.for ?? ['sync', 'developer', 'runtime', 'provision']).map(kindOf);
  const root = place.kind === 'service' ? place.root : '.';
  const services = await readServices(
    tree.root,
    place.kind === 'service' ? [root] : await serviceRoots(tree),
    options,
  );
  if (services.length === 0) {
    throwProblem({
      code: place.kind === 'service' ? 'notAService' : 'noServices',
      what:
        place.kind === 'service' ? `${root} is no service: it has no .sops.yaml` : 'there are no services',
      where: root,
      fix:
        place.kind === 'service'
          ? `Make it one:\n${generate({ root, project: options.projects.get(root) }, 'init')}`
          : `Make one first, in the service's folder:\n${generateHere('init')}`,
    });
  }
  const stages = stageList(given.stage);
  refuseUnknownStage(stages, services, options);
  const subjects = services.flatMap((service) => subjectsOf(tree, service, stages, options));
  if (subjects.length === 0) throwProblem(nothingFound(stages, root));
  const text = formats[given.format ?? 'json'](
    subjects.flatMap((subject) => kinds.map((kind) => namedPolicy(kind, subject))),
  );
  if (given.output === undefined) return () => void process.stdout.write(text);
  const path = outputPath(root, given.output);
  await writablePlace(tree.root, path);
  if (tree.read(path, 'utf8') !== text) tree.write(path, text);
  return () => undefined;
}

const kindOf = (name: string): PolicyKind =>
  policyKinds.find((kind) => kind === name) ??
  throwProblem({
    code: 'unknownPolicy',
    what: `there is no policy for "${name}"`,
    where: '--for',
    fix: `${didYouMean(name, policyKinds)}Valid: ${policyKinds.join(', ')}.`,
  });

function outputPath(root: string, output: string): string {
  const path = posix.join(root, output.replaceAll('\\', '/'));
  if (!path.startsWith('../') && !posix.isAbsolute(output)) return path;
  return throwProblem({
    code: 'outsideWorkspace',
    what: `${output} is outside of the workspace`,
    where: '--output',
    fix: 'Give a path relative to the service, as in --output=infra/policies.json.',
  });
}

function refuseUnknownStage(stages: readonly string[], services: readonly Service[], options: Options): void {
  const known = knownStages(services, options);
  const unknown = stages.find((stage) => !known.includes(stage));
  if (unknown === undefined || known.length === 0) return;
  throwProblem({
    code: 'unknownStage',
    what: `no service here has stage ${unknown}`,
    where: '--stage',
    fix: `${didYouMean(unknown, known)}There are: ${known.join(', ')}.`,
  });
}

const nothingFound = (stages: readonly string[], root: string): Problem => ({
  code: stages.length > 0 ? 'unknownStage' : 'noStages',
  what: stages.length > 0 ? `no service here has stage ${stages.join(', ')}` : 'no service here has a stage',
  where: root,
  fix: `Give the stage its "region" and "accountId" in nx.json, or make its files first, in the service's folder:\n${generateHere('init', `--stages=${stages.join(',') || 'dev,prod'}`)}`,
});
