import { posix } from 'node:path';
import { uncommittedAmong } from '../git/git';
import { toProblem, type Problem } from '../problem';
import { startProgress } from '../report/progress';
import type { Entry, Report } from '../report/report';
import type { Interruption } from '../terminal/interruption';
import { clashes } from '../workspace/names';
import type { Options } from '../workspace/options';
import { aliasOwners, allNames, type Service } from '../workspace/services';
import { readDesired } from './desired';
import { gitHistory } from './history';
import type { Waivers } from './plan';
import { push } from './push';
import { select, type Selected } from './select';
import type { Desired, Outcome } from './states';
import { openWorlds } from './worlds';

/** What to sync and how. */
export interface SyncRequest {
  readonly workspaceRoot: string;
  readonly options: Options;
  /** The services to sync. */
  readonly services: readonly Service[];
  /** All services of the workspace: none may share a name or open another's files. */
  readonly everyService: readonly Service[];
  /** Stages to sync; none means all. */
  readonly stages: readonly string[];
  readonly dryRun: boolean;
  readonly waivers: Waivers;
  /** Whether this runs in CI. */
  readonly ci: boolean;
  readonly interruption: Interruption;
}

/** A secret file on its way: what it should be, or what is wrong with it. */
interface Candidate {
  readonly selected: Selected;
  readonly state: Desired | Problem;
}

const isDesired = (state: Desired | Problem): state is Desired => 'token' in state;

/**
 * Pushes secret files: desired → remote → plan → apply → report. One failing secret never stops another.
 *
 * @throws ProblemError where the request itself is wrong: a stage that nobody knows
 */
export async function runSync(request: SyncRequest): Promise<Report> {
  const start = performance.now();
  const selected = select(
    request.services,
    request.everyService,
    request.stages,
    request.options,
    request.ci,
  );
  const candidates = await readCandidates(selected, request);
  const desired = candidates.flatMap(({ state }) => (isDesired(state) ? [state] : []));
  const worlds = openWorlds();
  const progress = startProgress('sync-secrets', desired.length);
  try {
    const { workspaceRoot, waivers, dryRun, interruption } = request;
    const outcomes = await push(desired, {
      history: gitHistory(workspaceRoot),
      waivers,
      dryRun,
      worldOf: ({ scope }) => worlds.of(scope),
      interruption,
      ended: progress.step,
    });
    return {
      noun: ['secret', 'secrets'],
      entries: candidates.map((one) => entryOf(one, outcomes, request.options)),
      notes: desired.flatMap(({ uncommitted, path }) => (uncommitted ? [uncommittedNote(path)] : [])),
      milliseconds: performance.now() - start,
    };
  } finally {
    progress.end();
    worlds.close();
  }
}

async function readCandidates(
  selected: readonly Selected[],
  request: SyncRequest,
): Promise<readonly Candidate[]> {
  const { workspaceRoot, options, everyService, ci } = request;
  const names = allNames(everyService, options);
  const owners = aliasOwners(names);
  const clashing = clashes(names);
  const uncommitted = await uncommittedAmong(
    workspaceRoot,
    selected.map(({ service, file }) => posix.join(service.root, file.path)),
  );
  return Promise.all(
    selected.map(async (one) => {
      const known = one.problem ?? clashing.get(one.service.root);
      if (known) return { selected: one, state: known };
      try {
        const desired = await readDesired(workspaceRoot, one.service, one.file, options, owners, uncommitted);
        return { selected: one, state: ci && desired.uncommitted ? uncommittedInCi(desired.path) : desired };
      } catch (error) {
        return { selected: one, state: toProblem(error) };
      }
    }),
  );
}

function entryOf(
  { selected, state }: Candidate,
  outcomes: ReadonlyMap<Desired, Outcome>,
  options: Options,
): Entry {
  const { service, file } = selected;
  const outcome: Outcome = isDesired(state)
    ? (outcomes.get(state) ?? { kind: 'failed', problem: toProblem(undefined) })
    : { kind: 'failed', problem: state };
  const name = isDesired(state)
    ? state.names.secretName
    : unsafeSecretName(options, service.name, file.stage);
  return { service: service.name, stage: file.stage, name, root: service.root, outcome };
}

/** The name as it would be, for a report on a service whose names AWS refuses. */
const unsafeSecretName = ({ secretName }: Options, service: string, stage: string) =>
  secretName.replaceAll('{service}', () => service).replaceAll('{stage}', () => stage);

const uncommittedNote = (path: string) =>
  `${path} is not committed; what is pushed is the file as it is here`;

/** In CI the pushed value must be one that Git has: the next run could not tell it from a change by hand. */
const uncommittedInCi = (path: string): Problem => ({
  what: 'the secret file is not the committed one, and CI pushes only what is committed',
  where: path,
  fix: 'Commit it, or remove the step of the pipeline that changes it.',
});
