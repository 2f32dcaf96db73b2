import { keyIdIn } from '../aws/arn';
import type { Key } from '../aws/kms/keys';
import { describedAs, descriptionOf } from '../aws/tags';
import { generate } from '../config/commands';
import type { Names } from '../config/names';
import { keyArnIn } from '../config/stage-key';
import type { Problem } from '../problem';
import type { ProblemCode } from '../problem-codes';

/** What DescribeKey finds: a key, none, or what nobody let us see. */
export type KeyTarget =
  { readonly kind: 'key'; readonly key: Key } | { readonly kind: 'none' } | { readonly kind: 'unseen' };

/** A stage with a key that somebody else makes. */
export interface ForeignKeyUse {
  readonly names: Names;
  /** Of the stage. */
  readonly scope: { readonly region: string; readonly accountId: string };
  readonly replicaRegions: readonly string[];
  /** What needs the key, for messages: the secret file, or what names the key. */
  readonly where: string;
}

/** What a report says of a key that somebody else makes. */
export const notOurs = 'a key that somebody else makes: not changed';

/**
 * What is wrong with a key that somebody else makes; undefined where nothing is, and where nobody let us see. Nothing of it
 * can be put right from here: each fix is what its owner has to do.
 *
 * @param replicas what is in regions of replicas, as far as they matter
 */
export function foreignKeyProblem(
  use: ForeignKeyUse,
  own: KeyTarget,
  replicas: ReadonlyMap<string, KeyTarget>,
): Problem | undefined {
  return (
    targetProblem(use, use.scope.region, own) ??
    (own.kind === 'key' ? kindProblem(use, own.key) : undefined) ??
    [...replicas]
      .map(([region, target]) =>
        target.kind === 'none' ? noReplica(use, region, own) : targetProblem(use, region, target),
      )
      .find((problem) => problem !== undefined)
  );
}

function targetProblem(use: ForeignKeyUse, region: string, target: KeyTarget): Problem | undefined {
  const { names, scope } = use;
  const arn = keyArnIn(region, scope.accountId, names);
  const refuse = refusal(use);
  if (target.kind === 'unseen') return undefined;
  if (target.kind === 'none')
    return refuse(
      'noKey',
      `key ${arn} does not exist`,
      `Ask whoever makes it for the ARN, and correct "kmsKeyArn" for stage ${names.stage} in nx.json. To see the keys that there are:\naws kms list-keys --region ${region}`,
    );
  const { key } = target;
  const aws = (command: string) => `aws kms ${command} --region ${region} --key-id ${key.id}`;
  switch (key.state) {
    case 'Enabled':
      return undefined;
    case 'Disabled':
      return refuse('keyDisabled', `key ${arn} is disabled`, `${owner}\n${aws('enable-key')}`);
    case 'PendingDeletion':
    case 'PendingReplicaDeletion':
      return refuse(
        'keyDeletionScheduled',
        `key ${arn} is scheduled for deletion${key.deletionDate ? ` on ${key.deletionDate.slice(0, 10)}` : ''}`,
        `After that day, nothing it encrypted can be decrypted. ${owner}\n${aws('cancel-key-deletion')}\n${aws('enable-key')}`,
      );
    default:
      return refuse(
        'keyNotReady',
        `key ${arn} is not usable: its state is ${key.state}`,
        'Run this again in a minute. If it stays so, ask whoever makes the key.',
      );
  }
}

function kindProblem(use: ForeignKeyUse, key: Key): Problem | undefined {
  const { names, replicaRegions } = use;
  const refuse = refusal(use);
  if (key.manager !== 'CUSTOMER' || key.spec !== 'SYMMETRIC_DEFAULT')
    return refuse(
      'unsupportedKey',
      `key ${key.arn} is not a symmetric customer managed key (${key.spec}, managed by ${key.manager})`,
      `Ask for a key of the kind SYMMETRIC_DEFAULT that encrypts and decrypts, and write its ARN as "kmsKeyArn" for stage ${names.stage} in nx.json.`,
    );
  const other = describedAs(key.description);
  if (other && key.description !== descriptionOf(names))
    return refuse(
      'keyOfAnother',
      `key ${key.arn} is the key of service ${other.service}, stage ${other.stage}, by its description`,
      `Each service has a key of its own in each stage. Ask for another key and write its ARN as "kmsKeyArn" for stage ${names.stage} in nx.json; or remove it there, and nx-secrets makes the key.`,
    );
  if (key.regions.kind === 'single' && replicaRegions.length > 0)
    return refuse(
      'singleRegionKey',
      `key ${key.arn} is single-region, which KMS cannot change; nx.json wants replicas in ${replicaRegions.join(', ')}`,
      `Ask whoever makes it for a multi-Region key (its id begins with mrk-) with replicas there, and write its ARN as "kmsKeyArn" for stage ${names.stage} in nx.json. Then put the file under it, commit and sync:\n${newDataKey(names)}`,
    );
  return undefined;
}

function noReplica(use: ForeignKeyUse, region: string, own: KeyTarget): Problem {
  const { names, scope } = use;
  const primary =
    own.kind === 'key' && own.key.regions.kind === 'replica' ? own.key.regions.primary : scope.region;
  const id = keyIdIn(names.foreignKey?.arn ?? '') ?? '';
  return refusal(use)(
    'noReplicaKey',
    `key ${id} has no replica in ${region}, where nx.json wants a replica of ${names.secretName}`,
    `${owner}\naws kms replicate-key --region ${primary} --key-id ${id} --replica-region ${region}\nThe replica needs the key's policy, too: KMS does not copy it.`,
  );
}

const owner = 'nx-secrets changes no key that somebody else makes. Whoever administers it can do this:';

const newDataKey = ({ address, stage }: Names): string =>
  generate(address, 'rotate', '--data-key', `--stage=${stage}`);

const refusal =
  ({ where, names }: ForeignKeyUse) =>
  (code: ProblemCode, what: string, fix: string): Problem => ({
    code,
    what,
    where: `${where}, stage ${names.stage}`,
    fix,
  });
