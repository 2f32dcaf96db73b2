import { parse } from 'sops-codec';
import { isFailed, type Report } from '../report';
import type { Interruption } from '../interruption';
import { absentFiles } from '../config/absent-stages';
import type { TargetSelection } from '../config/target-selection';
import { desiredOf, entryOf, readEntries, type EntriesRequest } from './secret-file-entries';
import { deployedRevisions, type Revision } from './deployed-revisions';
import { preview } from './preview';
import { driftNotes } from './drift-notes';
import { gitEvidence } from './evidence';
import { gitHistory } from './history';
import { keyChanges, type KeyChanges } from './key-changes';
import { pendingNotes } from '../secret-file/pending-notes';
import { lookAtKeys } from './key-look';
import { leftSecrets } from './left-secrets';
import { movedStages } from './moved-stages';
import { secretPolicyNotes } from './secret-policy-notes';
import { select } from './select';
import type { Desired, Outcome } from './states';
import { readAndPlan, type Planned } from './read-and-plan';
import { openSessions } from '../aws/session';

/** What to compare. */
export interface DiffRequest extends EntriesRequest, TargetSelection {
  readonly interruption: Interruption;
}

/**
 * Says what a sync would do, and which keys differ between the deployed revision and the file: DescribeSecret (and
 * ListSecretVersionIds where Git cannot tell the order of deployments), the rest from Git and ciphertext. Stages that are pushed from CI only are compared everywhere.
 *
 * @throws ProblemError where the request itself is wrong: a stage that nobody knows
 */
export async function runDiff(request: DiffRequest): Promise<Report> {
  const start = performance.now();
  const { workspaceRoot, options, services, everyService, stages, interruption } = request;
  const entries = await readEntries(select(services, everyService, stages, options, true), request);
  const absent = await absentFiles(request);
  const sessions = openSessions({ workspaceRoot: request.workspaceRoot, task: 'sync' });
  try {
    const outcomes = new Map<Desired, Outcome>();
    const sessionFor = ({ scope }: Desired, region = scope.region) => sessions.of({ ...scope, region });
    const planned = await readAndPlan(
      desiredOf(entries),
      {
        history: gitHistory(workspaceRoot),
        evidence: gitEvidence(workspaceRoot),
        revisions: (deployed) => deployedRevisions(workspaceRoot, deployed),
        sessionFor,
        keys: (one, remote) => lookAtKeys((region) => sessionFor(one, region).clients, one, remote),
        overrides: { overwrite: new Set(), adopt: new Set() },
        interruption,
        withDeployed: true,
      },
      (one, outcome) => outcomes.set(one, outcome),
    );
    for (const one of planned) outcomes.set(one.desired, outcomeOf(one));
    return {
      noun: ['secret', 'secrets'],
      entries: entries.map((one) => entryOf(one, outcomes, options)),
      notes: [
        ...absent,
        ...driftNotes(planned),
        ...(await secretPolicyNotes(planned, options, sessionFor, interruption)),
        ...(await movedStages(
          workspaceRoot,
          planned.flatMap(({ desired, remote }) => (remote.kind === 'absent' ? [desired] : [])),
        )),
        ...(await leftSecrets(workspaceRoot, planned.flatMap(newSecret), options)),
        ...(await pendingNotes(
          workspaceRoot,
          desiredOf(entries).map(({ path }) => path),
        )),
        ...desiredOf(entries).flatMap(({ uncommitted, path }) =>
          uncommitted ? [`${path} is not committed; your uncommitted file is compared`] : [],
        ),
      ],
      milliseconds: performance.now() - start,
    };
  } finally {
    sessions.close();
  }
}

/** A secret that a sync would make. */
const newSecret = ({ desired: { path, names }, remote }: Planned) =>
  remote.kind === 'absent' ? [{ path, secretName: names.secretName }] : [];

/** A refusal has the differences, too, where the deployed revision is known: they help to decide. */
function outcomeOf({ desired, remote, action, revision }: Planned): Outcome {
  const outcome = preview(action);
  if (revision) return withChanges(outcome, changesSince(revision, desired), deployedText(revision));
  const isNew = remote.kind === 'absent' || (action.kind === 'update' && remote.current === undefined);
  if (!isNew) return outcome;
  const changes = keyChanges(undefined, desired.file);
  return withChanges(outcome, changes.added.length > 0 ? describe(changes) : ['no keys yet']);
}

function withChanges(outcome: Outcome, details: readonly string[], deployed?: string): Outcome {
  if (isFailed(outcome)) return { ...outcome, details: [deployed ?? [], details].flat() };
  const note = [deployed, outcome.note].filter((text) => text !== undefined && text !== '').join('; ');
  return { ...outcome, ...(note === '' ? {} : { note }), details };
}

const deployedText = ({ commit }: Revision) =>
  `deployed: ${commit.id.slice(0, 7)} ${commit.date.slice(0, 10)}`;

function changesSince({ bytes }: Revision, { file }: Desired): readonly string[] {
  try {
    return describe(keyChanges(parse(bytes, file.format), file));
  } catch {
    return ['the deployed revision cannot be parsed in this format: keys are not compared'];
  }
}

function describe({ added, changed, removed, reencrypted }: KeyChanges): readonly string[] {
  const lines = [
    ...(reencrypted ? ['re-encrypted with another data key: any value may have changed'] : []),
    ...added.map((key) => `+ ${key}`),
    ...changed.map((key) => `~ ${key}`),
    ...removed.map((key) => `- ${key}`),
  ];
  return lines.length > 0 ? lines : ['no key differs'];
}
