import type { CommitName } from '../git/commit-names';
import type { Problem } from '../problem';
import { anyKey, generate, runTarget, wholeHistory } from '../config/commands';
import type { Ancestry } from './ancestry';
import type { Evidence, FoundCommit } from './evidence';
import type { Desired } from './states';
import type { RemoteSecret } from '../aws/secrets-manager/remote-secret';
import { isToken } from './token';

/** What is known of a secret that is not pushed because of what is deployed. */
interface Refused {
  readonly desired: Desired;
  readonly remote: RemoteSecret;
  readonly evidence: Evidence;
}

/**
 * Why a secret is not pushed: which commit is deployed, which would be, and how the one came to be there, as far as Git
 * and DescribeSecret tell. Every cause has its own fix.
 */
export function notFastForward(
  desired: Desired,
  remote: RemoteSecret,
  ancestry: Exclude<Ancestry, 'earlier'>,
  evidence: Evidence,
): Problem {
  const refused = { desired, remote, evidence };
  const where = `${desired.path}, ${desired.names.secretName}`;
  switch (ancestry) {
    case 'shallow':
      return {
        code: 'shallowClone',
        what: 'this clone is shallow, so it is unknown whether the deployed value is an earlier revision of this file',
        where,
        fix: wholeHistory,
      };
    case 'unavailable':
      return {
        code: 'noGitHistory',
        what: 'there is no Git history here, so it is unknown whether the deployed value is an earlier revision of this file',
        where,
        fix: 'Run it in a Git checkout with the history of this file (git log must work here).',
      };
    case 'rolled-back':
    case 'unordered':
      return { ...rolledBack(refused, ancestry), where };
    case 'unknown':
      return { ...unknown(refused), where };
  }
}

function rolledBack(refused: Refused, ancestry: 'rolled-back' | 'unordered'): Omit<Problem, 'where'> {
  const { remote, evidence } = refused;
  const before = evidence.previous
    ? commitText(evidence.previous)
    : `version ${short(remote.previous)} (of no known commit)`;
  const order =
    ancestry === 'rolled-back'
      ? 'which comes later in the history of HEAD'
      : 'which is not older according to AWS';
  return {
    code: 'rolledBack',
    what: `${deployedText(refused)}, an earlier revision of this file, but replaced ${before}, ${order}: it was rolled back, or reverted by a commit that this checkout does not have${changedText(remote)}${pushedText(refused)}`,
    fix: [
      'Pull and sync again:',
      'git pull',
      'If somebody rolled back by hand or with --overwrite, see who did:',
      lookUp(refused, 'UpdateSecretVersionStage'),
      'If that is settled, or a branch that went back was squashed:',
      overwrite(refused),
    ].join('\n'),
  };
}

function unknown(refused: Refused): Omit<Problem, 'where'> {
  const { desired, remote, evidence } = refused;
  const { current } = evidence;
  const deployed = deployedText(refused);
  const after = pushedText(refused);
  if (!isToken(remote.current ?? ''))
    return {
      code: 'changedOutsideGit',
      what: `${deployed} is not a revision of this file: it was changed outside Git, by hand or by another program${changedText(remote)}${after}`,
      fix: [
        'See who changed it:',
        lookUp(refused, 'PutSecretValue'),
        'See which keys differ, by name only:',
        importDeployed(desired, '--dry-run'),
        'To keep that value, import it, naming the keys that the file has otherwise, and commit:',
        importDeployed(desired, `--overwrite=${anyKey}`),
        'Then, or to replace it with this file, once:',
        overwrite(refused),
      ].join('\n'),
    };
  switch (current?.place.kind) {
    case 'ahead':
      return {
        code: 'checkoutBehind',
        what: `${deployed}, which comes after HEAD: this checkout is older than what is deployed${after}`,
        fix: `Sync from that commit or a later one:\ngit pull\nTo go back to an older value, revert the commit. To deploy this revision anyway:\n${overwrite(refused)}`,
      };
    case 'elsewhere':
      return {
        code: 'deployedFromBranch',
        what: `${deployed}, which is not in the history of HEAD: it was deployed from another branch${after}`,
        fix: `Merge that branch, or sync from it. To replace it with this file once:\n${overwrite(refused)}`,
      };
    case 'unreferenced':
      return {
        code: 'deployedFromLostCommit',
        what: `${deployed}, which is no longer in a branch of this clone: the branch was squashed, rebased, amended, force-pushed or deleted${after}`,
        fix: `Pull, in case the remote has its commits in another form, and sync again:\ngit pull\nTo replace it with this file once:\n${overwrite(refused)}`,
      };
    default:
      return {
        code: 'unknownRevision',
        what: `${deployed} is not a revision of this file in the history of HEAD, ${evidence.isPartial ? 'and the search of other branches timed out' : 'nor in any other branch or the reflog of this clone'}: ${causesOf(refused)}${changedText(remote)}${after}`,
        fix: `Fetch all branches, in case it is in one of them, and sync again:\ngit fetch --all\nIf another repository pushes it, rename one of the two services, or set "secretName" in nx.json. To replace it with this file once:\n${overwrite(refused)}`,
      };
  }
}

/** How a version may have come to AWS that no commit has. The one before it tells whether it came on top of this history. */
function causesOf({ remote, evidence }: Refused): string {
  const { previous } = evidence;
  const onTop = previous?.place.kind === 'here' ? ` on top of ${commitText(previous)}` : '';
  const tags = Object.entries(remote.tags).map(([tag, value]) => `${tag}=${value}`);
  return [
    `the file was pushed${onTop} before it was committed`,
    'a branch was deployed that is deleted, rewritten or not fetched here',
    `or another repository has a service of that name (tags of the secret: ${cut(tags.join(', '), 300)})`,
  ].join(', ');
}

function deployedText({ remote, evidence: { current } }: Refused): string {
  return current
    ? `the deployed value is of ${commitText(current)}`
    : `the deployed value (version ${short(remote.current)})`;
}

function pushedText({ desired, evidence: { pushed, branch } }: Refused): string {
  if (desired.uncommitted) return `; to be pushed: your uncommitted file`;
  const on = branch === undefined ? '' : ` on ${cut(branch)}`;
  return pushed ? `; to be pushed: ${nameText(pushed)}${on}` : '';
}

const changedText = ({ changed }: RemoteSecret): string =>
  changed ? ` (the secret was last changed at ${changed.toISOString()})` : '';

function commitText({ place, ...name }: FoundCommit): string {
  const refs = place.kind === 'ahead' || place.kind === 'elsewhere' ? place.refs : [];
  return nameText(name) + (refs.length > 0 ? ` on ${refs.map((ref) => cut(ref)).join(', ')}` : '');
}

const nameText = ({ id, date, author }: CommitName): string =>
  `commit ${id} (${date.slice(0, 10)}, ${cut(author)})`;

/** Whoever pushes a branch chooses its name, and no name is worth more than a line. */
const cut = (text: string, length = 60): string =>
  text.length > length ? `${text.slice(0, length)}…` : text;

const short = (versionId = ''): string => `${versionId.slice(0, 12)}…`;

/** Takes the deployed value over into the file; key names are all that is printed. */
const importDeployed = ({ names }: Desired, option: string): string =>
  generate(
    names.address,
    'import',
    '--from=aws',
    `--secret=${names.secretName}`,
    `--stage=${names.stage}`,
    option,
  );

const overwrite = ({ desired: { names } }: Refused): string =>
  runTarget(names.address, 'sync-secrets', `--stage=${names.stage}`, `--overwrite=${names.secretName}`);

/** CloudTrail keeps events for 90 days; their time is the one that DescribeSecret has. */
function lookUp({ desired: { scope }, remote: { changed } }: Refused, event: string): string {
  const at = (minutes: number) => new Date((changed?.getTime() ?? 0) + minutes * 60_000).toISOString();
  return [
    `aws cloudtrail lookup-events --region ${scope.region}`,
    `--lookup-attributes AttributeKey=EventName,AttributeValue=${event}`,
    ...(changed ? [`--start-time ${at(-5)} --end-time ${at(5)}`] : []),
  ].join(' ');
}
