import { absentFiles } from '../config/absent-stages';
import { startProgress } from '../output/progress';
import type { Report } from '../report';
import type { Interruption } from '../interruption';
import { allNames } from '../config/services';
import { assertKnownNames } from '../config/override-names';
import type { TargetSelection } from '../config/target-selection';
import { desiredOf, entryOf, readEntries, type EntriesRequest } from './secret-file-entries';
import { deployedRevisions } from './deployed-revisions';
import { driftNotes } from './drift-notes';
import { gitEvidence } from './evidence';
import { gitHistory } from './history';
import { lookAtKeys } from './key-look';
import { leftSecrets } from './left-secrets';
import { movedStages } from './moved-stages';
import type { Overrides } from './plan';
import { push } from './push';
import type { Planned } from './read-and-plan';
import { select } from './select';
import type { Desired, Outcome } from './states';
import { openSessions } from '../aws/session';

/** What to sync and how. */
export interface SyncRequest extends EntriesRequest, TargetSelection {
  readonly dryRun: boolean;
  readonly overrides: Overrides;
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
  const absent = await absentFiles(request);
  assertKnownOverrides(request);
  const entries = await readEntries(selected, request);
  const desired = desiredOf(entries);
  const sessions = openSessions({ workspaceRoot: request.workspaceRoot, task: 'sync' });
  const progress = startProgress('sync-secrets', desired.length);
  try {
    const { workspaceRoot, overrides, dryRun, interruption } = request;
    const sessionFor = ({ scope }: Desired, region = scope.region) => sessions.of({ ...scope, region });
    const planned = new Map<Desired, Planned>();
    const outcomes = await push(desired, {
      history: gitHistory(workspaceRoot),
      evidence: gitEvidence(workspaceRoot),
      revisions: (deployed) => deployedRevisions(workspaceRoot, deployed),
      overrides,
      dryRun,
      sessionFor,
      keys: (one, remote) => lookAtKeys((region) => sessionFor(one, region).clients, one, remote),
      planned: (one) => planned.set(one.desired, one),
      interruption,
      ended: progress.step,
    });
    const created = createdOf(desired, outcomes);
    return {
      noun: ['secret', 'secrets'],
      entries: entries.map((one) => entryOf(one, outcomes, request.options)),
      notes: [
        ...absent,
        ...driftNotes([...planned.values()]),
        ...(await leftSecrets(workspaceRoot, created.map(pushedFile), request.options)),
        ...(await movedStages(workspaceRoot, created)),
        ...desired.flatMap((one) => (one.uncommitted ? [uncommittedNote(one)] : [])),
      ],
      milliseconds: performance.now() - start,
    };
  } finally {
    progress.end();
    sessions.close();
  }
}

/** What was pushed to a secret that was not there before, or would be. */
const createdOf = (desired: readonly Desired[], outcomes: ReadonlyMap<Desired, Outcome>) =>
  desired.filter((one) => ['created', 'would-create'].includes(outcomes.get(one)?.kind ?? ''));

const pushedFile = ({ path, names: { secretName } }: Desired) => ({ path, secretName });

const uncommittedNote = ({ path, names }: Desired) =>
  `${path} is not committed, and its current content is pushed. Commit exactly this content: a sync of a commit without it, by others or by CI, is refused until one runs with --overwrite=${names.secretName}`;

function assertKnownOverrides({ overrides, everyService, options }: SyncRequest): void {
  const known = allNames(everyService, options).map(({ secretName }) => secretName);
  assertKnownNames(overrides.overwrite, known, '--overwrite', 'secret');
  assertKnownNames(overrides.adopt, known, '--adopt', 'secret');
  const { allowEmpty, restore } = overrides;
  if (allowEmpty !== 'all') assertKnownNames(allowEmpty ?? new Set(), known, '--allow-empty', 'secret');
  if (restore !== 'all') assertKnownNames(restore ?? new Set(), known, '--restore', 'secret');
}
