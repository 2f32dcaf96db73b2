import type { Key } from '../../aws/kms/keys';
import { leftBehind, replaceKey, type RotationContext } from '../../keys/rotation/replace-key';
import { rekeySecret } from '../../keys/rotation/rekey-secret';
import type { Replacement } from '../../keys/rotation/replacement';
import { retireOldKeys, type LeftKey } from '../../keys/rotation/schedule-old-deletion';
import type { DesiredKey, KeyIdentity } from '../../keys/states';
import { toProblem, type Problem } from '../../problem';
import type { Failed, Outcome } from '../../report';
import { generate, updateKeys } from '../../config/commands';
import type { Names } from '../../config/names';
import type { KeyRotation } from './key-rotation';
import { goes, takenBack } from './old-key-text';

/**
 * `--revoke`: replaces the key of now, puts file and secret under the new one, and schedules the deletion of the old key
 * and of those that earlier runs left. Done only where the key of now opens nothing any more; what fails names the key that
 * is left, and the command that goes on.
 */
export async function revoke(
  replacement: Replacement,
  desired: DesiredKey,
  hands: RotationContext,
  rotation: KeyRotation,
): Promise<Outcome> {
  try {
    const next = await replaceKey(replacement, desired, hands, true);
    const olds = leftBehind(replacement, next);
    return await finishRevocation(next, olds, desired, hands, rotation, [`key ${next.id}`]);
  } catch (error) {
    return notRevoked(desired, `key ${replacement.key.id}`, toProblem(error));
  }
}

/**
 * The second half of a revocation: the alias is at the new key, and the file is under it.
 *
 * @param said what was done before, for the report
 */
export async function finishRevocation(
  key: Key,
  olds: readonly KeyIdentity[],
  desired: DesiredKey,
  hands: RotationContext,
  rotation: KeyRotation,
  said: readonly string[],
): Promise<Outcome> {
  const { own } = hands.file;
  // What is not put under the new key keeps an old one, and is named then.
  const unchanged = await rekeySecret(
    hands.clientsIn(desired.scope.region),
    desired.names,
    own.arn,
    key,
  ).then(() => undefined, toProblem);
  const questions = () => ({ history: false, committed: false });
  const { gone, left } = await retireOldKeys(key, olds, desired, hands, questions, rotation.window);
  const details = takenBack(gone, desired);
  if (left.length > 0) return { ...stillThere(key, left, desired, unchanged), details };
  return { kind: 'revoked', note: [...said, goes(gone, rotation)].join('; '), details };
}

/**
 * The failure of a revocation that did not come as far as to a new key.
 *
 * @param key that is left: `key <id>`, or by its alias
 */
export function notRevoked({ names }: RevokedStage, key: string, problem: Problem): Failed {
  const what = `${key} is not revoked: ${problem.what}`;
  const fix = `${problem.fix}\nThen:\n${again('revoke', { names })}`;
  return { kind: 'failed', problem: { ...problem, what, fix } };
}

/** Whose key is revoked. */
interface RevokedStage {
  readonly names: Names;
}

function stillThere(
  { id }: Pick<Key, 'id'>,
  left: readonly LeftKey[],
  desired: DesiredKey,
  unchanged: Problem | undefined,
): Failed {
  const { names, where } = desired;
  const keys = left.length === 1 ? 'key' : 'keys';
  const ids = left.map((one) => one.id).join(', ');
  const reasons = [...(unchanged ? [unchanged.what] : []), ...left.map(({ problem }) => problem.what)];
  return {
    kind: 'failed',
    problem: {
      code: 'keyNotRevoked',
      what: `the file is encrypted with the new key ${id}, but ${keys} ${ids} ${left.length === 1 ? 'is' : 'are'} not revoked: ${reasons.join('; ')}`,
      where: `${where}, ${names.keyAlias}`,
      fix: [
        ...(unchanged ? [unchanged.fix] : []),
        ...new Set(left.flatMap((one) => stepsFor(one, desired))),
        'Then continue with:',
        again('key', desired),
      ].join('\n'),
    },
  };
}

/** What has to be done before a key can go. */
function stepsFor({ uses, problem }: LeftKey, { scope: { region }, files }: DesiredKey): readonly string[] {
  if (!uses) return [problem.fix];
  return [
    ...uses.aliases.flatMap((alias) => {
      const [name = '', there = region] = alias.split(' in ');
      return [
        `Point ${alias} at another key for its users:`,
        `aws kms update-alias --region ${there} --alias-name ${name} --target-key-id <key>`,
      ];
    }),
    ...(uses.files.length > 0
      ? ['Remove it from .sops.yaml, then from the file:', ...files.map((path) => updateKeys(path))]
      : []),
    ...(uses.secrets.some((secret) => secret.includes(' in '))
      ? [
          "A replica's versions get the new key when values are pushed again: set other values, commit and sync, twice.",
        ]
      : []),
  ];
}

const again = (how: 'key' | 'revoke', { names }: Pick<DesiredKey, 'names'>): string =>
  generate(names.address, 'rotate', `--${how}`, `--stage=${names.stage}`);
