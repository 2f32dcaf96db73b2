import type { GeneratorCallback, Tree } from '@nx/devkit';
import { nameInCommands } from '../../config/short-name';
import { generateHere, shellWord } from '../../config/commands';
import { validNames } from '../../config/did-you-mean';
import { textAsInstalled } from '../../config/plugin-name';
import type { LocationOptions } from '../../config/project-location';
import { stageList } from '../../config/stage-list';
import { writablePlace } from '../../files/links';
import { formats, type PolicyFormat } from '../../policies/formats/format';
import { writeOut } from '../../output/stdout';
import { assumePolicies } from '../../policies/assume-policies';
import { isShared } from '../../policies/holders';
import { policyKinds, type NamedPolicy, type PolicyKind } from '../../policies/named-policy';
import { namedRoles } from '../../policies/named-role';
import { byPlace } from '../../policies/places';
import { plannedPolicies } from '../../policies/planned-policies';
import { sizeReport } from '../../policies/size-report';
import { throwProblem } from '../../problem';
import { selectedStages } from './selected-stages';
import { asInstalled } from '../as-installed';
import { assertNoStack, ownerNotes } from './owners-key-policy';
import { outputFiles, severalPlaces, type PolicyCommand } from './output-files';

/** Options of `nx g secrets:policy`, as in schema.json. */
export interface PolicyOptions extends LocationOptions {
  readonly for?: string | readonly string[];
  readonly stage?: string | readonly string[];
  readonly format?: PolicyFormat;
  readonly output?: string;
}

/** Writes policies to files through the Tree, or prints them; their sizes go to standard error. Calls nothing in AWS. */
export default asInstalled(policy);

async function policy(tree: Tree, given: PolicyOptions): Promise<GeneratorCallback> {
  const wanted = stageList(given.for ?? ['sync', 'developer', 'runtime', 'provision']).map(kindOf);
  const kinds = wanted.filter((kind) => kind !== 'trust');
  const { root, options, selected } = await selectedStages(tree, given);
  const subjects = selected.map(({ subject }) => subject);
  const format = given.format ?? 'json';
  const stages = stageList(given.stage);
  const command: PolicyCommand = {
    address: root === '.' ? undefined : { root, project: options.projects.get(root) },
    args: [`--for=${wanted.join(',')}`, ...(stages.length === 0 ? [] : [`--stage=${stages.join(',')}`])],
  };
  const roles = wanted.includes('trust') ? namedRoles(subjects) : [];
  const policies = [...plannedPolicies(kinds, subjects), ...assumePolicies(roles)];
  const sizes = [sizeReport(policies), ...sharedNote(policies, command), ...ownerNotes(policies)].join('\n');
  const showSizes = () =>
    void (
      policies.length > 0 &&
      process.stderr.write(`${textAsInstalled(sizes, nameInCommands(tree.root, options.pluginName))}\n`)
    );
  assertNoStack(policies, format, command);
  const places = byPlace(policies, roles);
  if (given.output === undefined) {
    if (places.length > 1 && format !== 'json')
      throwProblem(severalPlaces(places, format, 'standard output', command, 'infra/'));
    const text = formats[format](withoutReplicas(policies, format), roles);
    return async () => {
      showSizes();
      await writeOut(text);
    };
  }
  for (const file of outputFiles(root, given.output, format, places, command)) {
    await writablePlace(tree.root, file.path);
    const text = formats[format](file.policies, file.roles);
    if (tree.read(file.path, 'utf8') !== text) tree.write(file.path, text);
  }
  return showSizes;
}

/** As documents a key and its replicas have the same one. */
const withoutReplicas = (policies: readonly NamedPolicy[], format: PolicyFormat) =>
  format === 'json' ? policies.filter(({ region, subject }) => region === subject.region) : policies;

/** Whoever attaches each service's policy to a role of all services comes to IAM's quotas soon. */
function sharedNote(policies: readonly NamedPolicy[], { address, args }: PolicyCommand): readonly string[] {
  const shared = policies.some(
    ({ holders, subject, kind }) =>
      isShared(kind) && holders.some((one) => !one.includes(subject.names.service)),
  );
  if (address === undefined || !shared) return [];
  return [
    'A role that serves several services needs one policy for all of them; at the workspace root:',
    generateHere('policy', ...args.map(shellWord)),
  ];
}

const kindOf = (name: string): PolicyKind | 'trust' =>
  [...policyKinds, 'trust' as const].find((kind) => kind === name) ??
  throwProblem({
    code: 'unknownPolicy',
    what: `there is no policy for "${name}"`,
    where: '--for',
    fix: validNames(name, [...policyKinds, 'trust']),
  });
