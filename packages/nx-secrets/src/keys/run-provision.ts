import { openSessions } from '../aws/session';
import { toProblem, type Problem } from '../problem';
import { startProgress } from '../output/progress';
import { isFailed, type Entry, type Report } from '../report';
import { withRollOut } from '../policies/roll-out';
import type { Interruption } from '../interruption';
import { claimedNames } from '../config/claimed-names';
import { clashes, fillPattern } from '../config/names';
import { patternsOf } from '../config/service-patterns';
import { assertKnownStages } from '../config/known-stages';
import type { TargetSelection } from '../config/target-selection';
import type { Options } from '../config/options';
import { allNames, knownStages, twoFilesProblem, type Service } from '../config/services';
import { absentStages } from '../config/absent-stages';
import { isDesired, readDesiredKeys, type KeyEntry } from './desired';
import type { KeyOverrides } from './blocker';
import { provision } from './provision';
import { keyResource } from '../config/stage-key';
import { assertKnownNames } from '../config/override-names';
import type { DesiredKey, KeyOutcome } from './states';

/** Whose keys to provision and how. */
export interface ProvisionRequest extends TargetSelection {
  readonly dryRun: boolean;
  readonly overrides: KeyOverrides;
  /** Nothing is reported on stages that a service has no key for: whoever asks says it. */
  readonly withoutAbsent?: true;
  /** Whether this runs in CI. */
  readonly ci: boolean;
  readonly interruption: Interruption;
}

/**
 * Makes and repairs keys: desired → remote → plan → apply → report. One failing key never stops another.
 *
 * @throws ProblemError where the request itself is wrong: a stage or a name that nobody knows
 */
export async function runProvision(request: ProvisionRequest): Promise<Report> {
  const start = performance.now();
  const { entries, absent } = await readEntries(request);
  const desired = entries.flatMap(({ state }) => (isDesired(state) ? [state] : []));
  const sessions = openSessions({ workspaceRoot: request.workspaceRoot, task: 'provision' });
  const progress = startProgress('provision-keys', desired.length);
  try {
    const { workspaceRoot, overrides, dryRun, interruption, everyService, options } = request;
    const outcomes = await provision(desired, {
      workspaceRoot,
      overrides,
      dryRun,
      interruption,
      everyName: allNames(everyService, options),
      sessionFor: ({ scope }, region) => sessions.of({ ...scope, region }),
      ended: progress.step,
    });
    return {
      noun: ['key', 'keys'],
      entries: entries.map((entry) => entryOf(entry, outcomes, options)),
      notes: absent,
      milliseconds: performance.now() - start,
    };
  } finally {
    progress.end();
    sessions.close();
  }
}

async function readEntries(
  request: ProvisionRequest,
): Promise<{ readonly entries: readonly KeyEntry[]; readonly absent: readonly string[] }> {
  const { workspaceRoot, services, everyService, options, stages, ci, dryRun } = request;
  const found = (
    await Promise.all(
      services.map((service) => readDesiredKeys(workspaceRoot, service, options, stages, 'provision')),
    )
  ).flat();
  const named = found.map(({ stage }) => stage).filter(Boolean);
  assertKnownStages(stages, [...knownStages(everyService, options), ...named]);
  const absent = request.withoutAbsent ? [] : await absentKeys(request, found);
  assertKnownNames(request.overrides.adopt, aliasesOf(found, request), '--adopt', 'key');
  const selected = found.filter(({ stage }) => stage === '' || stages.length === 0 || stages.includes(stage));
  const clashing = clashes(await distinctNames(selected, request), options);
  const entries = selected.map((entry) => {
    const { service, stage, state } = entry;
    const problem =
      twoFilesProblem(service) ??
      clashing.get(service.root) ??
      (options.stages.get(stage)?.ciOnly && !ci && !dryRun ? ciOnly(service, stage) : undefined);
    return problem && isDesired(state) ? { ...entry, state: problem } : entry;
  });
  return { entries, absent };
}

/** Notes on stages for which a service names no key. @throws ProblemError for one asked for by name that nobody has */
async function absentKeys(
  { workspaceRoot, services, everyService, options, stages }: ProvisionRequest,
  found: readonly KeyEntry[],
): Promise<readonly string[]> {
  const missing = stages.filter((stage) => !found.some((one) => one.stage === stage));
  const others = missing.length > 0 ? everyService.filter((one) => !services.includes(one)) : [];
  const elsewhere = await Promise.all(
    others.map((service) => readDesiredKeys(workspaceRoot, service, options, missing, 'provision')),
  );
  const named = new Set(
    [...found, ...elsewhere.flat()].map(({ service, stage }) => `${service.root} ${stage}`),
  );
  // What cannot be read (no stage) may name any.
  const has = ({ root }: Service, stage: string) => named.has(`${root} ${stage}`) || named.has(`${root} `);
  return absentStages({ services, everyService, stages, options }, { has, what: 'key in .sops.yaml' });
}

/** Names of the selected keys, and of every other stage of the workspace that has a file or a rule. */
async function distinctNames(
  selected: readonly KeyEntry[],
  { workspaceRoot, everyService, options }: ProvisionRequest,
) {
  const own = selected.flatMap(({ state, service }) =>
    isDesired(state) ? [{ ...state.names, root: service.root }] : [],
  );
  const others = (await claimedNames(workspaceRoot, everyService, options, own)).filter(
    ({ root, stage }) => !own.some((one) => one.root === root && one.stage === stage),
  );
  return [...own, ...others];
}

/** Aliases of the keys at hand, and of what other services have: a run of one service is given the names of all. */
function aliasesOf(
  found: readonly KeyEntry[],
  { everyService, options }: ProvisionRequest,
): readonly string[] {
  const stages = new Set([...knownStages(everyService, options), ...found.map(({ stage }) => stage)]);
  return everyService.flatMap(({ name, root }) =>
    [...stages].map((stage) => `alias/${fillPattern(patternsOf(options, root).keyAlias, name, stage)}`),
  );
}

function entryOf(
  { service, stage, state }: KeyEntry,
  outcomes: ReadonlyMap<DesiredKey, KeyOutcome>,
  options: Options,
): Entry {
  const ended: KeyOutcome = isDesired(state)
    ? (outcomes.get(state) ?? { kind: 'failed', problem: toProblem(undefined) })
    : { kind: 'failed', problem: state };
  const refused = { stage: options.stages.get(stage) ?? {} };
  const outcome: KeyOutcome =
    isDesired(state) && isFailed(ended)
      ? { ...ended, problem: withRollOut(ended.problem, 'provision', { ...refused, names: state.names }) }
      : ended;
  const name = isDesired(state) ? keyResource(state.names) : '';
  return { service: service.name, stage, name, root: service.root, outcome };
}

const ciOnly = (service: Service, stage: string): Problem => ({
  code: 'ciOnly',
  what: `the keys of stage ${stage} are provisioned from CI only ("ciOnly" in nx.json), and this is not CI`,
  where: `${service.root}/.sops.yaml`,
  fix: `Commit and let the pipeline do it (nx affected -t provision-keys), or leave ${stage} out with --stage=<another>. The variable CI marks CI.`,
});
