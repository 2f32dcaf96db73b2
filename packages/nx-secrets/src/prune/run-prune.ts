import { throwProblem, type Problem } from '../problem';
import { isFailed, type Report } from '../report';
import { openSessions } from '../aws/session';
import type { Interruption } from '../interruption';
import { keyResource } from '../config/stage-key';
import type { Options } from '../config/options';
import { validNames } from '../config/did-you-mean';
import { allNames, knownStages, type Service } from '../config/services';
import type { WorkspaceServices } from '../config/target-selection';
import { decide, notFound } from './decision';
import { deleteSecret } from './delete-secret';
import {
  deletionScheduled,
  failureLine,
  inOrder,
  lineOf,
  remarks,
  untouched,
  type PruneEntry,
  type PruneKind,
} from './report-entries';
import { withRollOutForAll } from '../policies/roll-out';
import { namesInUse } from './names-in-use';
import { placesOf, type Place } from './scopes';
import { evidenceOfGit } from './evidence-of-git';
import { readSecretFileHistory, type SecretFileHistory } from './removed-files';
import { placeText, search, type Found } from './search';
import { namedBy, statusOf } from './status';
import type { Deletion, Evidence, PruneStatus } from './states';

/** What to prune and how. */
export interface PruneRequest extends WorkspaceServices {
  /** Stages to look at; none means all. */
  readonly stages: readonly string[];
  readonly deletion: Deletion;
  /** Days in which a deleted secret can be restored. */
  readonly windowDays: number;
  readonly dryRun: boolean;
  /** Whether this runs in CI. */
  readonly ci: boolean;
  readonly interruption: Interruption;
}

type Candidate = Found & {
  readonly status: PruneStatus;
  /** Alias or `key/…` of the key that it was under, by how nx.json names it, or did. */
  readonly keyAlias: string | undefined;
};

/**
 * Lists the managed secrets without a secret file, and schedules the deletion of those that are meant.
 *
 * @throws ProblemError where the request itself is wrong, or where there is no history to prove anything by
 */
export async function runPrune(request: PruneRequest): Promise<Report<PruneKind>> {
  const start = performance.now();
  const { workspaceRoot, options, everyService, stages, deletion, windowDays, interruption } = request;
  if (!Number.isInteger(windowDays) || windowDays < 7 || windowDays > 30)
    throwProblem(wrongWindow(windowDays));
  const history = await readSecretFileHistory(workspaceRoot);
  const places = await placesOf(workspaceRoot, options, stages, history.removals);
  const sessions = openSessions({ workspaceRoot, task: 'prune' });
  try {
    const sessionFor = ({ region, roleArn, accountId = '' }: Place) =>
      sessions.of({ region, roleArn, accountId });
    const { found, failures, notes } = await search(places, sessionFor, options, interruption);
    const candidates = await statusesOf(found, history, request);
    const lines = await Promise.all(candidates.map((one) => carryOut(one, request)));
    const entries = inOrder([
      ...lines.flatMap((line) => line ?? []),
      ...failures.map(({ place, problem }) =>
        failureLine(placeText(place), withCommands(problem, place.stage, options)),
      ),
      ...(failures.length === 0 ? unknownNames(deletion, found) : []),
    ]);
    return {
      // A failure may be about a secret that has a file, or about none at all.
      noun: entries.some(({ outcome }) => isFailed(outcome))
        ? ['secret', 'secrets']
        : ['secret without a secret file', 'secrets without a secret file'],
      entries,
      notes: [
        ...notes,
        ...unknownStages(request, found),
        ...remarks(entries, deletion, aliasesOf(candidates), aliasesInUse(everyService, options)),
      ],
      milliseconds: performance.now() - start,
    };
  } finally {
    sessions.close();
  }
}

async function statusesOf(
  found: readonly Found[],
  history: SecretFileHistory,
  { workspaceRoot, options, everyService, stages }: PruneRequest,
): Promise<readonly Candidate[]> {
  const wanted = found.filter(
    ({ secret }) => stages.length === 0 || stages.includes(secret.tags['stage'] ?? ''),
  );
  const inUse = await namesInUse(workspaceRoot, options, everyService, history.present);
  const unused = wanted.map(({ secret }) => secret).filter(({ name }) => !inUse.has(name));
  const evidence: Evidence = {
    inUse,
    former: formerSecrets(everyService, options),
    ...(await evidenceOfGit(
      unused,
      found.map(({ secret }) => secret),
      history,
      { workspaceRoot, options },
    )),
  };
  const ways = [options, ...evidence.namings];
  return wanted.map((one) => ({
    ...one,
    status: statusOf(one.secret, evidence, options),
    keyAlias: ways
      .map((way) => namedBy(one.secret, way))
      .filter((names) => names !== undefined)
      .map(keyResource)[0],
  }));
}

async function carryOut(
  { status, ...found }: Candidate,
  { deletion, options, ci, dryRun, windowDays, interruption }: PruneRequest,
): Promise<PruneEntry | undefined> {
  const { secret } = found;
  const ciOnly = new Set(
    [...options.stages].flatMap(([stage, { ciOnly }]) => (ciOnly && !ci ? [stage] : [])),
  );
  const decision = decide(secret, status, deletion, ciOnly);
  const line = (outcome: PruneEntry['outcome']) => lineOf(secret, status, outcome);
  switch (decision.kind) {
    case 'refuse':
      return line({ kind: 'failed', problem: decision.problem });
    case 'leave': {
      const outcome = untouched(secret, status);
      return outcome && line(outcome);
    }
    case 'delete': {
      if (dryRun) return line({ kind: 'would-delete', note: decision.reason });
      const done = await deleteSecret(found, windowDays, interruption);
      return line(
        done.kind === 'failed'
          ? { ...done, problem: withCommands(done.problem, secret.tags['stage'] ?? '', options) }
          : deletionScheduled(secret, done.goneOn),
      );
    }
  }
}

/** The services of secrets without a file are gone: commands are for all services. */
function withCommands(problem: Problem, name: string, { stages }: Options): Problem {
  const stage = stages.get(name);
  return stage ? withRollOutForAll(problem, 'prune', name, stage) : problem;
}

function unknownNames(deletion: Deletion, found: readonly Found[]): readonly PruneEntry[] {
  if (deletion.kind !== 'named') return [];
  const known = new Set(found.map(({ secret }) => secret.name));
  return [...deletion.names]
    .filter((name) => !known.has(name))
    .map((name) => failureLine(name, notFound(name, [...known])));
}

/** A stage may be gone from nx.json, with secrets that are left: only AWS knows whether there is one of that name. */
function unknownStages(
  { stages, everyService, options }: PruneRequest,
  found: readonly Found[],
): readonly string[] {
  const known = knownStages(everyService, options);
  const valid = (stage: string) => (known.length === 0 ? '' : `. ${validNames(stage, known)}`);
  return stages
    .filter((stage) => !known.includes(stage))
    .filter((stage) => !found.some(({ secret }) => secret.tags['stage'] === stage))
    .map(
      (stage) =>
        `no service and no managed secret in the places searched has a stage ${stage}${valid(stage)}`,
    );
}

const formerSecrets = (services: readonly Service[], options: Options): ReadonlySet<string> =>
  new Set(allNames(services, options).flatMap(({ former }) => former?.secretName ?? []));

const aliasesOf = (candidates: readonly Candidate[]): ReadonlyMap<string, string> =>
  new Map(
    candidates.flatMap(({ secret, keyAlias }) =>
      keyAlias === undefined ? [] : [[secret.name, keyAlias] as const],
    ),
  );

const aliasesInUse = (services: readonly Service[], options: Options): ReadonlySet<string> =>
  new Set(allNames(services, options).map(keyResource));

const wrongWindow = (days: number): Problem => ({
  code: 'badWindow',
  what: `AWS does not allow a recovery window of ${days} days`,
  where: '--window',
  fix: 'Pass 7 to 30 days, as in --window=30.',
});
