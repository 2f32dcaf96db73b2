import { logger, readNxJson, type Tree } from '@nx/devkit';
import pLimit from 'p-limit';
import { createClients, type Clients } from '../../aws/clients';
import { callerAccount } from '../../aws/identity';
import type { Options } from '../../config/options';
import { namesOf } from '../../config/names';
import { readPlugin } from '../../config/plugin';
import { textAsInstalled } from '../../config/plugin-name';
import { locateProject, projectNames } from '../../config/project-location';
import { patternsOf } from '../../config/service-patterns';
import { assignNames, type Assigned } from '../../import/aws/assign';
import { groupByFile } from '../../import/aws/group';
import { keptNames } from '../../import/aws/kept-names';
import { planText } from '../../import/aws/plan-text';
import { unmappedProblem } from '../../import/aws/unmapped-problem';
import { isDryRun } from '../../output/dry-run';
import { isInteractive } from '../../output/prompt';
import { askYesOrNo } from '../../output/questions';
import { escapeControlCharacters, ProblemError, throwProblem, toProblem, type Problem } from '../../problem';
import { awsRequest, type AwsRequest } from './aws-request';
import { narrowedRequest, regionsOf, selectTargets, type Selection } from './aws-selection';
import { listSources, nounsOf, readGroup, readsAtOnce, type AwsSource } from './aws-sources';
import type { ImportOptions } from './generator-options';
import { keepNames } from './keep-names';
import { prepareImport, type PreparedImport } from './prepare';

/**
 * Prepares the import of secrets of Secrets Manager or of SSM parameters: finds out which service and stage each name is
 * for, says so, and reads the values. Calls are made as whoever runs it. Secrets and parameters stay as they are.
 *
 * @throws ProblemError where a name cannot be mapped, all of them at once; before anything is read or written
 */
export async function prepareFromAws(
  tree: Tree,
  from: 'aws' | 'ssm',
  given: ImportOptions,
): Promise<readonly PreparedImport[]> {
  const plugin = readPlugin(tree.root, readNxJson(tree) ?? {}, projectNames(tree));
  const { options, name } = plugin;
  const place = await locateProject(tree, given);
  const root = place.kind === 'service' ? place.root : undefined;
  const own = root === undefined ? options.secretName : patternsOf(options, root).secretName;
  const asked = await awsRequest(tree.root, from, given, own);
  const selection = await selectTargets(tree, options, asked, { ...given, root });
  const request = narrowedRequest(asked, selection);
  const open = new Map<string, Clients>();
  try {
    const sources: AwsSource[] = [];
    for (const region of await regionsOf(request, options, selection.stage)) {
      const clients = createClients({ region });
      open.set(region, clients);
      const accountId = await callerAccount(clients, 'import');
      sources.push(...(await listSources(clients, { region, accountId }, request)));
    }
    const assigned = assignedHere(sources, request, selection, options);
    if (assigned.assignments.length === 0) throwProblem(nothingFound(request, assigned, [...open.keys()]));
    assertOneKey(request.key, assigned.assignments);
    const groups = groupByFile(assigned.assignments);
    const kept = given.keepNames
      ? keptNames(assigned.assignments, asked.pattern, options, selection.filled)
      : undefined;
    if (sources.length > 1) {
      const plan = planText(assigned, nounsOf(from)[1]);
      logger.info(escapeControlCharacters(textAsInstalled(plan, plugin.nameInCommands)));
      if (!given.yes && isInteractive() && !isDryRun()) await confirmPlan(groups.length);
    }
    const limit = pLimit(readsAtOnce);
    const read = await Promise.all(
      groups.map((group) => orProblem(readGroup(group, request, options, { clients: open, limit }))),
    );
    // What is refused to the caller is refused for each: that is one problem.
    const [first] = read;
    if (first !== undefined && read.every((one) => 'code' in one && one.denied !== undefined)) {
      if ('code' in first) throwProblem(first);
    }
    if (kept) keepNames(tree, name, kept);
    const { options: now } = readPlugin(tree.root, readNxJson(tree) ?? {}, projectNames(tree));
    const prepared: PreparedImport[] = [];
    for (const [index, { target, stage, assignments }] of groups.entries()) {
      const imported = read[index];
      if (imported === undefined || 'code' in imported) {
        if (imported) prepared.push(failing(imported));
        continue;
      }
      const { root } = target;
      const { secretName } = namesOf(target.name, stage, now, root);
      const isOwn = from === 'aws' && assignments.length === 1 && assignments[0]?.source.name === secretName;
      const overwrite = [given.overwrite ?? []].flat();
      const made = await orProblem(
        prepareImport(tree, isOwn ? { ...imported, adopts: secretName } : imported, {
          root,
          stage,
          extension: given.format,
          overwrite,
        }),
      );
      prepared.push('code' in made ? failing(made) : made);
    }
    return prepared;
  } finally {
    for (const clients of open.values()) clients.destroy();
  }
}

/** Where each name goes. @throws ProblemError for all that go nowhere */
function assignedHere(
  sources: readonly AwsSource[],
  request: AwsRequest,
  { target, stage, stages, targets }: Selection,
  options: Options,
): Assigned<AwsSource> {
  const { pattern, map, option } = request;
  const rules = { pattern, map, targets, stages, root: target?.root, stage };
  const assigned = elsewhereLeftOut(assignNames(sources, rules), options, request);
  if (assigned.unmapped.length > 0)
    throwProblem(unmappedProblem(assigned.unmapped, sources.length, `${option}: ${pattern.text}`, map));
  return assigned;
}

/** `--key` is for one text. Secrets with keys of their own would lose them, and others would fill the same one. */
function assertOneKey(key: string | undefined, assignments: Assigned<AwsSource>['assignments']): void {
  const [first, ...others] = assignments;
  if (key === undefined || first === undefined || (others.length === 0 && first.key === undefined)) return;
  throwProblem({
    code: 'conflictingOptions',
    what:
      others.length === 0
        ? `the name ${first.source.name} says which key it is`
        : `--key=${key} is for one text, and there are ${assignments.length} names`,
    where: '--key',
    fix: `Leave --key out. For a text among them, give its key in a file like this one, and pass it with --map=import-map.json:\n${JSON.stringify({ names: { [first.source.name]: { key } } }, null, 2)}`,
  });
}

const orProblem = <T>(step: Promise<T>): Promise<T | Problem> =>
  step.catch((error: unknown) => toProblem(error));

const failing = (problem: Problem): PreparedImport => {
  const fail = () => Promise.reject(new ProblemError(problem));
  return { preview: fail, run: fail };
};

/** A stage that is in another region or account has its secrets there. */
function elsewhereLeftOut(
  assigned: Assigned<AwsSource>,
  options: Options,
  { region, pattern }: AwsRequest,
): Assigned<AwsSource> {
  // Who names one secret, or a region, means it.
  if (region !== undefined || pattern.placeholders.size === 0) return assigned;
  const why = ({ source, stage }: Assigned<AwsSource>['assignments'][number]): string | undefined => {
    const wanted = options.stages.get(stage);
    if (wanted?.region !== undefined && wanted.region !== source.place.region)
      return `stage ${stage} is in ${wanted.region}, this one in ${source.place.region}`;
    if (wanted?.accountId !== undefined && wanted.accountId !== source.place.accountId)
      return `stage ${stage} is in account ${wanted.accountId}, these credentials are of ${source.place.accountId}`;
    return undefined;
  };
  const found = assigned.assignments.map((assignment) => ({ assignment, why: why(assignment) }));
  return {
    ...assigned,
    assignments: found.flatMap((one) => (one.why === undefined ? [one.assignment] : [])),
    leftOut: [
      ...assigned.leftOut,
      ...found.flatMap((one) =>
        one.why === undefined ? [] : [{ name: one.assignment.source.name, why: one.why }],
      ),
    ],
  };
}

async function confirmPlan(files: number): Promise<void> {
  const message = `Import them into ${files} secret ${files === 1 ? 'file' : 'files'}?`;
  if (await askYesOrNo(message, true)) return;
  throwProblem({
    code: 'cancelled',
    what: 'the import was cancelled; nothing was changed',
    fix: 'Run it again; --dry-run shows the keys of each, --map changes what goes where, --yes skips the question.',
  });
}

const nothingFound = (
  { from, pattern, option }: AwsRequest,
  { leftOut }: Assigned<AwsSource>,
  regions: readonly string[],
): Problem => ({
  code: 'sourceNotFound',
  what: [
    `there are no ${nounsOf(from)[1]} to import in ${regions.join(' and ')}`,
    ...leftOut.map(({ name, why }) => `  left out  ${name}: ${why}`),
  ].join('\n'),
  where: `${option}: ${pattern.text}`,
  fix:
    from === 'aws'
      ? `Pass --pattern with names as AWS has them, or --region for another region:\naws secretsmanager list-secrets --region ${regions[0] ?? ''} --query "SecretList[].Name"`
      : `Pass --path with names as AWS has them, or --region for another region:\naws ssm describe-parameters --region ${regions[0] ?? ''} --query "Parameters[].Name"`,
});
