import { absentStages } from './absent-stages';
import { startProgress } from '../report/progress';
import type { Report } from '../report/report';
import type { Interruption } from '../terminal/interruption';
import { allNames, type Service } from '../workspace/services';
import { refuseUnknownNames } from '../workspace/waived-names';
import { desiredOf, entryOf, readCandidates, type CandidateRequest } from './candidates';
import { deployedRevisions } from './deployed-revisions';
import { gitEvidence } from './evidence';
import { gitHistory } from './history';
import { leftSecrets } from './left-secrets';
import type { Waivers } from './plan';
import { push } from './push';
import { select } from './select';
import type { Desired, Outcome } from './states';
import { openWorlds } from '../aws/worlds';

/** What to sync and how. */
export interface SyncRequest extends CandidateRequest {
  /** The services to sync. */
  readonly services: readonly Service[];
  /** Stages to sync; none means all. */
  readonly stages: readonly string[];
  readonly dryRun: boolean;
  readonly waivers: Waivers;
  readonly interruption: Interruption;
}

/**
 * Pushes secret files: desired → remote → plan → apply → report. One failing secret never stops another.
 *
 * @throws ProblemError where the request itself is wrong: a stage or a name that nobody knows
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
  const absent = absentStages(request.services, request.everyService, request.stages, request.options);
  refuseUnknownWaivers(request);
  const candidates = await readCandidates(selected, request);
  const desired = desiredOf(candidates);
  const worlds = openWorlds();
  const progress = startProgress('sync-secrets', desired.length);
  try {
    const { workspaceRoot, waivers, dryRun, interruption } = request;
    const outcomes = await push(desired, {
      history: gitHistory(workspaceRoot),
      evidence: gitEvidence(workspaceRoot),
      revisions: (deployed) => deployedRevisions(workspaceRoot, deployed),
      waivers,
      dryRun,
      worldOf: ({ scope }, region = scope.region) => worlds.of({ ...scope, region }),
      interruption,
      ended: progress.step,
    });
    return {
      noun: ['secret', 'secrets'],
      entries: candidates.map((one) => entryOf(one, outcomes, request.options)),
      notes: [
        ...absent,
        ...(await leftSecrets(workspaceRoot, createdOf(desired, outcomes), request.options)),
        ...desired.flatMap((one) => (one.uncommitted ? [uncommittedNote(one)] : [])),
      ],
      milliseconds: performance.now() - start,
    };
  } finally {
    progress.end();
    worlds.close();
  }
}

/** What was pushed to a secret that was not there before, or would be. */
const createdOf = (desired: readonly Desired[], outcomes: ReadonlyMap<Desired, Outcome>) =>
  desired
    .filter((one) => ['created', 'would-create'].includes(outcomes.get(one)?.kind ?? ''))
    .map(({ path, names: { secretName } }) => ({ path, secretName }));

const uncommittedNote = ({ path, names }: Desired) =>
  `${path} is not committed; what is pushed is the file as it is here. Commit it like this: each sync of a commit that does not have this content, by others and by CI, is refused then, until one is run with --overwrite=${names.secretName}`;

function refuseUnknownWaivers({ waivers, everyService, options }: SyncRequest): void {
  const known = allNames(everyService, options).map(({ secretName }) => secretName);
  refuseUnknownNames(waivers.overwrite, known, '--overwrite', 'secret');
  refuseUnknownNames(waivers.adopt, known, '--adopt', 'secret');
  const { allowEmpty } = waivers;
  if (allowEmpty !== 'all') refuseUnknownNames(allowEmpty ?? new Set(), known, '--allow-empty', 'secret');
}
