import { resumeReplacement, scheduleOldKeysDeletion } from '../../keys/rotation/schedule-old-deletion';
import { ensurePolicy } from '../../keys/rotation/close-key';
import type { RotationContext } from '../../keys/rotation/context';
import { replaceKey } from '../../keys/rotation/replace-key';
import { isRevoked, type Replacement } from '../../keys/rotation/replacement';
import type { DesiredKey } from '../../keys/states';
import type { Outcome } from '../../report';
import { finishRevocation, revoke } from './revoke';
import { goes, howToRestore } from './old-key-text';
import type { KeyRotation } from './key-rotation';

/**
 * `--key`: a new key, or the next step of what an earlier run began, a revocation included. An old key goes once nothing
 * needs it.
 *
 * @throws ProblemError where something refuses, or a key that leaked is left
 */
export async function carryOn(
  replacement: Replacement,
  desired: DesiredKey,
  context: RotationContext,
  rotation: KeyRotation,
): Promise<Outcome> {
  const { key, next, olds } = replacement;
  // A run of --revoke ended before the alias was moved.
  if (isRevoked(key)) return revoke(replacement, desired, context, rotation);
  if (next || olds.length === 0) {
    const made = await replaceKey(replacement, desired, context, false);
    const note = `key ${made.id}; the old key ${key.id} is kept until nothing needs it: commit, sync, then run this again`;
    return { kind: 'rotated', note };
  }
  const resumed = await resumeReplacement(key, olds, context.file);
  const before = resumed ? ['the file was re-encrypted'] : [];
  if (olds.some(isRevoked)) return finishRevocation(key, olds, desired, context, rotation, before);
  // A run may have ended before the new key got the policy that its maker can set behind the alias only.
  await ensurePolicy(context.clientsIn, desired, key);
  const questions = () => ({ history: rotation.history, committed: true });
  const { gone, left } = await scheduleOldKeysDeletion(
    key,
    olds,
    desired,
    context,
    questions,
    rotation.window,
  );
  // Whatever still needs a key does not fail the run; a refusal does.
  const refused = left.find(({ uses }) => uses === undefined);
  if (refused) return { kind: 'failed', problem: refused.problem, details: howToRestore(gone, desired) };
  const note = [
    ...before,
    ...(gone.length > 0 ? [goes(gone, rotation)] : []),
    ...left.map(({ problem }) => problem.what),
  ];
  return {
    kind: gone.length > 0 ? 'retired' : resumed ? 'rotated' : 'unchanged',
    note: note.join('; '),
    details: howToRestore(gone, desired),
  };
}
