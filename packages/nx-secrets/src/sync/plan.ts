import type { Ancestry } from './ancestry';
import type { Evidence } from './evidence';
import { notFastForward } from './refusal';
import type { Action, Desired, Repairs } from './states';
import type { LabelMove, Remote, RemoteSecret } from '../aws/secrets-manager/remote-secret';
import type { Scope } from '../aws/scope';
import type { Names } from '../config/names';
import { isToken } from './token';
import type { Problem } from '../problem';
import type { ProblemCode } from '../problem-codes';
import { keyIdIn } from '../aws/arn';
import { runTarget, shellWord } from '../config/commands';

/** Secrets, by name, for which the user overrode a refusal. */
export interface Overrides {
  /** Push although the deployed value is not an earlier revision. */
  readonly overwrite: ReadonlySet<string>;
  /** Take over a secret, or a value of it, that nx-secrets did not make, where the file says the same. */
  readonly adopt: ReadonlySet<string>;
  /** Push although the file has no keys and the secret has a value: all secrets of the run, or these. */
  readonly allowEmpty?: 'all' | ReadonlySet<string>;
  /** Restore although the deletion is scheduled and the file did not change since: all secrets of the run, or these. */
  readonly restore?: 'all' | ReadonlySet<string>;
}

/** Whether the plan for a secret depends on history; only then is it read. */
export const needsHistory = (desired: Desired, remote: Remote, overrides: Overrides): boolean =>
  remote.kind === 'present' &&
  blocker(desired, remote, overrides) === undefined &&
  !mayOverwrite(desired, overrides) &&
  remote.current !== undefined &&
  remote.current !== desired.token;

/**
 * What to do with a secret: a fast-forward push or a reason not to (docs/reference.md, "States").
 *
 * @param ancestry of the version that is current; not looked at where `needsHistory` is false; `unordered` where the dates
 *   of the versions do not show that it came after the one before, either
 * @param evidence what Git knows of it, for a refusal
 */
export function plan(
  desired: Desired,
  remote: Remote,
  ancestry: Ancestry,
  overrides: Overrides,
  evidence: Evidence = {},
): Action {
  if (remote.kind === 'absent') return { kind: 'create' };
  const problem = blocker(desired, remote, overrides);
  if (problem) return { kind: 'refuse', problem };
  const repairs = repairsOf(desired, remote);
  if (remote.current === desired.token) {
    if (repairs.restore && !mayRestore(desired, overrides)) {
      return { kind: 'refuse', problem: deletionScheduled(desired) };
    }
    const failed = failedReplica(desired, remote);
    if (failed) return { kind: 'refuse', problem: failed };
    return Object.keys(repairs).length > 0 ? { kind: 'repair', repairs } : { kind: 'unchanged' };
  }
  const overwrite = mayOverwrite(desired, overrides);
  const adopted = isAdopted(desired, remote, overrides);
  if (remote.current !== undefined && ancestry !== 'earlier' && !overwrite && !adopted) {
    return { kind: 'refuse', problem: notFastForward(desired, remote, ancestry, evidence) };
  }
  return {
    kind: remote.versions.has(desired.token) ? 'promote' : 'update',
    from: remote.current,
    repairs,
    ...(remote.current !== undefined && ancestry !== 'earlier' && !overwrite ? { compare: true } : {}),
    ...overwrittenMove(remote, overwrite),
  };
}

/**
 * What an --overwrite replaces gets a label, so that the next push takes it for no roll-back; that push takes the label
 * away again. A version by hand needs none: it tells nothing of the order anyway.
 */
function overwrittenMove(
  { current, overwritten }: RemoteSecret,
  overwrite: boolean,
): { readonly overwritten?: LabelMove } {
  const to = overwrite && current !== undefined && isToken(current) ? current : undefined;
  return to === overwritten ? {} : { overwritten: { from: overwritten, to } };
}

const isManaged = ({ tags }: Desired, remote: RemoteSecret) =>
  remote.tags['managed-by'] === tags['managed-by'];

const mayOverwrite = ({ names }: Desired, { overwrite }: Overrides) => overwrite.has(names.secretName);

/**
 * Whether the deployed value is somebody else's: in a secret that was not ours, unless it only lost its tags, or put into
 * ours by hand and imported since. It stays where it says the same as the file; else the push is refused.
 */
const isAdopted = (desired: Desired, remote: RemoteSecret, { adopt }: Overrides) =>
  adopt.has(desired.names.secretName) &&
  (!isManaged(desired, remote) || (remote.current !== undefined && !isToken(remote.current)));

/** What forbids touching a secret whatever its versions are. */
function blocker(desired: Desired, remote: RemoteSecret, { adopt }: Overrides): Problem | undefined {
  const { names, path, tags, scope } = desired;
  const aws = (command: string) =>
    `aws secretsmanager ${command} --region ${scope.region} --secret-id ${names.secretName}`;
  const refuse = (code: ProblemCode, what: string, fix: string): Problem => ({
    code,
    what: `${names.secretName} ${what}`,
    where: path,
    fix,
  });
  if (remote.owningService !== undefined) {
    return refuse(
      'secretOfAwsService',
      `belongs to another AWS service (${remote.owningService})`,
      'Rename the service or the stage, or set "secretName" in nx.json.',
    );
  }
  if (remote.replicaOf !== undefined) {
    return refuse(
      'secretIsReplica',
      `is a replica of the secret in ${remote.replicaOf}; only the primary can be written`,
      `Move the stage's region and key there (nx.json, .sops.yaml). Or promote the replica:\n${aws('stop-replication-to-replica')}`,
    );
  }
  if (remote.rotation) {
    return refuse(
      'secretRotatedByAws',
      'is rotated by Secrets Manager, which changes it outside Git',
      `Leave it to Secrets Manager and remove the secret file. Or end the rotation and let Git manage it:\n${aws('cancel-rotate-secret')}`,
    );
  }
  if (!isManaged(desired, remote) && !adopt.has(names.secretName)) {
    return refuse(
      'foreignSecret',
      'was not created by nx-secrets',
      `If it belongs to somebody else, rename the service or set "secretName" in nx.json. If it is this service's own, adopt it; a value that differs from the file's stays, unless --overwrite names the secret, too:\n${runTarget(names.address, 'sync-secrets', `--stage=${names.stage}`, `--adopt=${names.secretName}`)}`,
    );
  }
  const other = (['service', 'stage'] as const).find(
    (tag) => remote.tags[tag] !== undefined && remote.tags[tag] !== tags[tag],
  );
  if (other !== undefined) {
    return refuse(
      'secretOfAnother',
      `is the secret of another ${other} (its tag ${other} is "${remote.tags[other]}")`,
      `Rename one of the two. If it is this service's own, and only the tag is wrong, correct the tag:\n${aws('tag-resource')} --tags Key=${other},Value=${tags[other]}`,
    );
  }
  return undefined;
}

const mayRestore = ({ names }: Desired, { restore }: Overrides): boolean =>
  restore === 'all' || (restore?.has(names.secretName) ?? false);

/** A file that changed since the last push says that the secret is wanted; one that did not says nothing. */
const deletionScheduled = ({ names, path }: Desired): Problem => ({
  code: 'secretDeletionScheduled',
  what: `${names.secretName} is scheduled for deletion, and nobody can read it; the file has not changed since the last push`,
  where: path,
  fix: [
    'If it was deleted on purpose, remove the secret file, and its creation rule in .sops.yaml:',
    `git rm ${shellWord(path)}`,
    'Otherwise restore it:',
    runTarget(
      names.address,
      'sync-secrets',
      `--stage=${names.stage}`,
      `--restore=${shellWord(names.secretName)}`,
    ),
  ].join('\n'),
});

/** A replica that AWS could not bring up to date; a push goes first, since it may bring it there. */
function failedReplica(
  { names, path, replicaRegions, scope }: Desired,
  { replicas }: RemoteSecret,
): Problem | undefined {
  const region = replicaRegions.find((each) => replicas.get(each)?.failure !== undefined);
  if (region === undefined) return undefined;
  return {
    code: 'replicaFailed',
    what: `the replica of ${names.secretName} in ${region} does not have the deployed value: ${replicas.get(region)?.failure ?? ''}`,
    where: path,
    fix: `If another secret has that name there, remove that one first. Then remove the replica, and let the next sync create it again:\n${replicateAgain(names, scope, region)}`,
  };
}

/** The commands by which a replica is made again. */
export const replicateAgain = (names: Names, scope: Scope, region: string): string =>
  [
    `aws secretsmanager remove-regions-from-replication --region ${scope.region} --secret-id ${names.secretName} --remove-replica-regions ${region}`,
    runTarget(names.address, 'sync-secrets', `--stage=${names.stage}`),
  ].join('\n');

function repairsOf(
  { names, keyArn, tags, description, replicaRegions }: Desired,
  remote: RemoteSecret,
): Repairs {
  const unreplicated = replicaRegions.filter((region) => !remote.replicas.has(region));
  const missing = Object.entries(tags).filter(([tag, value]) => remote.tags[tag] !== value);
  const key = remote.kmsKeyId ?? 'the default key of Secrets Manager';
  const id = keyIdIn(keyArn);
  const isOwn =
    (key === names.keyAlias && !names.foreignKey) ||
    key === keyArn ||
    (id !== undefined && keyIdIn(key) === id);
  return {
    ...(remote.deletion === 'scheduled' ? { restore: true } : {}),
    ...(isOwn ? {} : { key }),
    ...(missing.length > 0 ? { tags: Object.fromEntries(missing) } : {}),
    ...(remote.description === description ? {} : { description }),
    ...(unreplicated.length > 0 ? { replicas: unreplicated } : {}),
  };
}
