import { posix } from 'node:path';
import { uncommittedAmong } from '../git/repository';
import { toProblem, type Problem } from '../problem';
import { isFailed, type Entry } from '../report';
import { withRollOut } from '../policies/roll-out';
import { unlikeGit } from '../secret-file/unlike-git';
import { clashes, fillPattern } from '../config/names';
import type { Options } from '../config/options';
import { aliasOwners, allNames, comparedNames } from '../config/services';
import { patternsOf } from '../config/service-patterns';
import type { WorkspaceServices } from '../config/target-selection';
import { readDesired } from './desired';
import type { Selected } from './select';
import type { Desired, Outcome } from './states';

/** What reading secret files depends on. */
export interface EntriesRequest extends WorkspaceServices {
  /** Whether this runs in CI. */
  readonly ci: boolean;
}

/** A secret file on its way: what it should be, or what is wrong with it. */
export interface SecretFileEntry {
  readonly selected: Selected;
  readonly state: Desired | Problem;
}

const isDesired = (state: Desired | Problem): state is Desired => 'token' in state;

/** Those of the entries that can be asked about in AWS. */
export const desiredOf = (entries: readonly SecretFileEntry[]): readonly Desired[] =>
  entries.flatMap(({ state }) => (isDesired(state) ? [state] : []));

/** Reads the selected secret files. One that cannot be read, or is not its service's own, has its problem instead. */
export async function readEntries(
  selected: readonly Selected[],
  request: EntriesRequest,
): Promise<readonly SecretFileEntry[]> {
  const { workspaceRoot, options, everyService, ci } = request;
  const names = allNames(everyService, options);
  const owners = aliasOwners(names);
  const clashing = clashes(comparedNames(everyService, options), options);
  const paths = selected.map(({ service, file }) => posix.join(service.root, file.path));
  const [uncommitted, unlike] = await Promise.all([
    uncommittedAmong(workspaceRoot, paths),
    unlikeGit(workspaceRoot, paths),
  ]);
  return Promise.all(
    selected.map(async (one) => {
      const known = one.problem ?? clashing.get(one.service.root);
      if (known) return { selected: one, state: known };
      try {
        const desired = await readDesired(workspaceRoot, one.service, one.file, options, owners, uncommitted);
        const other = unlike.get(desired.path);
        if (other) return { selected: one, state: other };
        return { selected: one, state: ci && desired.uncommitted ? uncommittedInCi(desired.path) : desired };
      } catch (error) {
        return { selected: one, state: toProblem(error) };
      }
    }),
  );
}

/** The line of the report on an entry. */
export function entryOf(
  { selected, state }: SecretFileEntry,
  outcomes: ReadonlyMap<Desired, Outcome>,
  options: Options,
): Entry {
  const { service, file } = selected;
  const ended: Outcome = isDesired(state)
    ? (outcomes.get(state) ?? { kind: 'failed', problem: toProblem(undefined) })
    : { kind: 'failed', problem: state };
  const refused = { stage: options.stages.get(file.stage) ?? {} };
  const outcome: Outcome =
    isDesired(state) && isFailed(ended)
      ? { ...ended, problem: withRollOut(ended.problem, 'sync', { ...refused, names: state.names }) }
      : ended;
  const name = isDesired(state) ? state.names.secretName : unsafeSecretName(options, service, file.stage);
  return { service: service.name, stage: file.stage, name, root: service.root, outcome };
}

/** The name as it would be, for a report on a service whose names AWS refuses. */
const unsafeSecretName = (options: Options, { name, root }: Selected['service'], stage: string) =>
  fillPattern(patternsOf(options, root).secretName, name, stage);

/** In CI the pushed value must be one that Git has: the next run could not tell it from a change by hand. */
const uncommittedInCi = (path: string): Problem => ({
  code: 'uncommittedInCi',
  what: 'the secret file differs from the committed one, and CI pushes only committed files',
  where: path,
  fix: 'Commit it, or remove the pipeline step that changes it.',
});
