import { parse, type EncryptedFile } from 'sops-codec';
import { allKeys, pendingValuesIn } from '../secret-file/pending-values';
import type { Problem } from '../problem';
import { leavesOf } from '../secret-file/leaves';
import { anyKey, runTarget, setKey } from '../config/commands';
import type { Revision } from './deployed-revisions';
import type { Overrides } from './plan';
import type { Action, Desired } from './states';
import type { Remote } from '../aws/secrets-manager/remote-secret';

/** A secret, what is there of it, and what the plan wants. */
interface PlannedSecret {
  readonly desired: Desired;
  readonly remote: Remote;
  readonly action: Action;
}

/** Finds the revisions of deployed versions, by path; a version that is of no revision is left out. */
export type FindRevisions = (
  deployed: readonly { readonly path: string; readonly current: string }[],
) => Promise<ReadonlyMap<string, Pick<Revision, 'bytes'>>>;

/**
 * Refuses each action that would put a file without values in place of a live value: a service would come up without its
 * configuration, and whoever lost a file makes a new one with `init`. A first push may be empty; and what is empty
 * already, by the deployed revision in Git, may stay so under another data key. Opens nothing: key names are unencrypted.
 *
 * @param revisions asked only where a file holds no values
 */
export async function refuseEmptying<Planned extends PlannedSecret>(
  planned: readonly Planned[],
  overrides: Overrides,
  revisions: FindRevisions,
): Promise<readonly Planned[]> {
  const doubtful = planned.flatMap(({ desired, remote, action }) => {
    const isPush = action.kind === 'update' || action.kind === 'promote';
    if (!isPush || remote.kind === 'absent' || remote.current === undefined) return [];
    if (mayBeEmptied(desired, overrides)) return [];
    return holdsNothing(desired.file, desired.path) ? [{ desired, current: remote.current }] : [];
  });
  if (doubtful.length === 0) return planned;
  const found = await revisions(doubtful.map(({ desired: { path }, current }) => ({ path, current })));
  const refused = new Set(
    doubtful.flatMap(({ desired }) => (wasEmpty(desired, found.get(desired.path)) ? [] : [desired])),
  );
  return planned.map((one) =>
    refused.has(one.desired)
      ? {
          ...one,
          action: { kind: 'refuse', problem: wouldEmpty(one, overrides, found.get(one.desired.path)) },
        }
      : one,
  );
}

const mayBeEmptied = ({ names }: Desired, { allowEmpty }: Overrides): boolean =>
  allowEmpty === 'all' || (allowEmpty?.has(names.secretName) ?? false);

/** Whether a file has no value at all, a pending one included. Mappings and lists without values count as nothing. */
function holdsNothing(file: EncryptedFile, path: string): boolean {
  if (leavesOf(file).length > 0) return false;
  try {
    return pendingValuesIn(file.documents, path).length === 0;
  } catch {
    return false; // A damaged one is the push's to report.
  }
}

function wasEmpty({ file, path }: Desired, revision: Pick<Revision, 'bytes'> | undefined): boolean {
  if (!revision) return false;
  try {
    return holdsNothing(parse(revision.bytes, file.format), path);
  } catch {
    return false; // Of another format: nothing is known of it.
  }
}

/** Names of the keys that a deployed revision has; none where it is not known. */
function keysOf({ file, path }: Desired, revision: Pick<Revision, 'bytes'> | undefined): readonly string[] {
  try {
    return revision ? allKeys(parse(revision.bytes, file.format), path) : [];
  } catch {
    return [];
  }
}

function wouldEmpty(
  { desired }: PlannedSecret,
  { overwrite, adopt }: Overrides,
  revision: Pick<Revision, 'bytes'> | undefined,
): Problem {
  const lost = keysOf(desired, revision);
  const { names, path } = desired;
  const given = Object.entries({ overwrite, adopt }).filter(([, secrets]) => secrets.has(names.secretName));
  const options = [...given.map(([option]) => option), 'allow-empty'].map(
    (one) => `--${one}=${names.secretName}`,
  );
  return {
    code: 'wouldEmpty',
    what: `${names.secretName} has a value, and the file has no keys: this push would delete ${lost.length > 0 ? lost.join(', ') : 'the value'}`,
    where: `${path}, ${names.secretName}`,
    fix: [
      'Set its values and push again:',
      setKey(names.address, names.stage, anyKey),
      'If the secret is meant to be empty:',
      runTarget(names.address, 'sync-secrets', `--stage=${names.stage}`, ...options),
    ].join('\n'),
  };
}
