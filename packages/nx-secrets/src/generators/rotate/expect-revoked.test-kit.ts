import { desiredKey } from '../../keys/desired-key.test-kit';
import { isFailed } from '../../report';
import type { Ended, RotationStage } from './revocation-play.test-kit';

const { names } = desiredKey();

/**
 * What `--revoke` promises: where it ends well, the key that was in use when it began is on its way out, and opens neither
 * the file that it wrote nor the secret's current value; where it fails, it names that key, and a command.
 */
export async function expectRevoked(
  stage: RotationStage,
  { how, keyThen, outcome }: Ended,
  checkout: number,
) {
  if (how !== 'revoke' || !outcome) return;
  if (isFailed(outcome)) {
    // Where AWS does not even say which key it is, the alias stands for it; where that key goes, an older one is left.
    const isGoing = stage.keyOf(keyThen)?.state === 'PendingDeletion';
    const left = isGoing ? stage.keysOfStage().filter(({ state }) => state === 'Enabled') : [];
    const known = [keyThen, ...left.map(({ id }) => id), names.keyAlias];
    expect(known.some((name) => outcome.problem.what.includes(name))).toBe(true);
    expect(outcome.problem.fix).toMatch(/rotate --(key|revoke) --stage=dev/);
    return;
  }
  expect(stage.aliased()).not.toBe(keyThen);
  expect(['PendingDeletion', 'Disabled']).toContain(stage.keyOf(keyThen)?.state);
  expect(stage.keyOfSecret()).not.toContain(keyThen);
  expect(await stage.opensWith(keyThen, checkout)).toBe(false);
}
