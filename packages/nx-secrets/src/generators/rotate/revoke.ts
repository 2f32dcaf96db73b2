import type { Key } from '../../aws/kms/keys';
import { closeKey, ensurePolicy } from '../../keys/rotation/close-key';
import type { RotationContext } from '../../keys/rotation/context';
import { leftBehind, replaceKey } from '../../keys/rotation/replace-key';
import { rekeySecret } from '../../keys/rotation/rekey-secret';
import type { Replacement } from '../../keys/rotation/replacement';
import { scheduleOldKeysDeletion } from '../../keys/rotation/schedule-old-deletion';
import type { DesiredKey, KeyIdentity } from '../../keys/states';
import { toProblem, type Problem } from '../../problem';
import type { Failed, Outcome } from '../../report';
import type { Names } from '../../config/names';
import type { KeyRotation } from './key-rotation';
import { again, closedKeys, goes, notClosed, stepsFor, howToRestore, withoutPolicy } from './old-key-text';

/**
 * `--revoke`: replaces the key of now, closes it and those that earlier runs left, puts file and secret under the new one,
 * and schedules the deletion of the old ones once nothing needs them. Done where they open no file and no data key any more;
 * what fails names the key that is left, and the command that goes on.
 */
export async function revoke(
  replacement: Replacement,
  desired: DesiredKey,
  context: RotationContext,
  rotation: KeyRotation,
): Promise<Outcome> {
  try {
    const next = await replaceKey(replacement, desired, context, true);
    const olds = leftBehind(replacement, next);
    return await finishRevocation(next, olds, desired, context, rotation, [`key ${next.id}`]);
  } catch (error) {
    return notRevoked(desired, `key ${replacement.key.id}`, toProblem(error));
  }
}

/**
 * The second half of a revocation: the alias is at the new key, and the file is under it. Old keys are closed before
 * anything else, whatever becomes of the secret and of the new key's policy.
 *
 * @param done what was done before, for the report
 */
export async function finishRevocation(
  key: Key,
  olds: readonly KeyIdentity[],
  desired: DesiredKey,
  context: RotationContext,
  rotation: KeyRotation,
  done: readonly string[],
): Promise<Outcome> {
  const { clientsIn, file } = context;
  const open = new Map<string, Problem>();
  for (const old of olds) {
    await closeKey(clientsIn, desired, old).catch((error: unknown) => open.set(old.id, toProblem(error)));
  }
  const policy = await ensurePolicy(clientsIn, desired, key).then(() => undefined, toProblem);
  const rekeyed = await rekeySecret(clientsIn(desired.scope.region), desired.names, file.own.arn, key).then(
    (steps) => ({ steps, problem: undefined }),
    (error: unknown) => ({ steps: [], problem: toProblem(error) }),
  );
  const questions = () => ({ history: false, committed: false });
  const { gone, left } = await scheduleOldKeysDeletion(
    key,
    olds,
    desired,
    context,
    questions,
    rotation.window,
  );
  const details = howToRestore(gone, desired, (id) => !open.has(id));
  // A key that is scheduled for deletion opens nothing, closed or not.
  const unclosed = left.filter(({ id }) => open.has(id));
  const isOnlyForSecret = left.every(({ uses }) => uses && uses.files.length + uses.aliases.length === 0);
  if (policy && left.length === 0)
    return { kind: 'failed', problem: withoutPolicy(key, policy, desired), details };
  if (policy || unclosed.length > 0 || (rekeyed.problem && left.length > 0) || !isOnlyForSecret) {
    const problems = [
      ...unclosed.flatMap(({ id }) => open.get(id) ?? []),
      ...(policy ? [policy] : []),
      ...(rekeyed.problem ? [rekeyed.problem] : []),
    ];
    return { kind: 'failed', problem: notClosed(key, left, unclosed.length > 0, problems, desired), details };
  }
  const note = [...done, ...(gone.length > 0 ? [goes(gone, rotation)] : []), ...closedKeys(left)].join('; ');
  if (left.length === 0) return { kind: 'revoked', note, details };
  const steps = [...new Set(left.flatMap((one) => stepsFor(one, desired)))];
  return {
    kind: 'revoked',
    note,
    details: [
      ...details,
      ...rekeyed.steps,
      ...steps,
      'once nothing needs it any more, this schedules its deletion:',
      again('key', desired),
    ],
  };
}

/**
 * The failure of a revocation that did not come as far as to a new key.
 *
 * @param key that is left: `key <id>`, or by its alias
 */
export function notRevoked(stage: { readonly names: Names }, key: string, problem: Problem): Failed {
  const what = `${key} is not revoked: ${problem.what}`;
  const fix = `${problem.fix}\nThen:\n${again('revoke', stage)}`;
  return { kind: 'failed', problem: { ...problem, what, fix } };
}
