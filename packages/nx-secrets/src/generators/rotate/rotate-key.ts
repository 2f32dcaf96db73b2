import type { Keyring } from 'sops-codec';
import { allKeys } from '../../additions/addition';
import type { World } from '../../aws/worlds';
import type { Scope } from '../../aws/scope';
import { isDesired, readDesiredKeys } from '../../keys/desired';
import { replaceKey, type ReplacementHands } from '../../keys/replacement/begin';
import { readReplacement, type Replacement } from '../../keys/replacement/replacement';
import { catchUp, retireOldKey, revokeOldKey } from '../../keys/replacement/retire';
import type { KeyPair } from '../../keys/replacement/uses';
import type { DesiredKey } from '../../keys/states';
import { fail, ProblemError } from '../../problem';
import type { Outcome } from '../../report/report';
import { ownership } from '../../sync/ownership';
import { readSecretFile, whileLocked } from '../../workspace/secret-file-io';
import type { Target, Targets } from './targets';
import { pluginName } from '../../workspace/plugin-name';

/** How a key is rotated. */
export interface KeyRotation {
  readonly keyring: Keyring;
  readonly worldOf: (scope: Scope) => World;
  /** The old key goes at once, and the values are to be changed. */
  readonly revoke: boolean;
  /** Revisions in Git's history count as needing the old key. */
  readonly history: boolean;
  /** Days in which the deletion of the old key can be taken back. */
  readonly window: number;
}

/**
 * Puts a stage under a new KMS key, or goes on with what an earlier run began: the old key stays until nothing needs it.
 *
 * @throws ProblemError where something refuses
 */
export async function rotateKey(
  { service, names, path }: Target,
  { workspaceRoot, options, owners }: Targets,
  rotation: KeyRotation,
): Promise<Outcome> {
  const candidates = await readDesiredKeys(workspaceRoot, service, options, [names.stage]);
  const state = candidates.find(({ stage }) => stage === names.stage || stage === '')?.state;
  if (!state)
    return fail({ what: 'no key is named for this file', where: path, fix: `npx nx g ${pluginName()}:init` });
  if (!isDesired(state)) throw new ProblemError(state);
  return whileLocked(workspaceRoot, path, async () => {
    const { file } = await readSecretFile(workspaceRoot, path);
    const own = ownership(file, names, owners, path);
    if (own.kind === 'refused') return fail(own.problem);
    const clientsIn = (region: string) => rotation.worldOf({ ...state.scope, region }).clients;
    const hands: ReplacementHands = {
      clientsIn,
      file: { workspaceRoot, path, aliasArn: own.key.arn, keyring: rotation.keyring },
    };
    const replacement = await readReplacement(clientsIn(state.scope.region), state);
    const outcome = await carryOn(replacement, state, hands, rotation);
    if (!rotation.revoke) return outcome;
    const keys = toChange(allKeys(file, path), names.stage);
    return { ...outcome, details: [...(outcome.details ?? []), ...keys] };
  });
}

async function carryOn(
  replacement: Replacement,
  desired: DesiredKey,
  hands: ReplacementHands,
  rotation: KeyRotation,
): Promise<Exclude<Outcome, { readonly kind: 'failed' }>> {
  const { key } = replacement;
  if (rotation.revoke && replacement.kind === 'none' && replacement.gone) {
    const { id, deletionDate = '' } = replacement.gone;
    return {
      kind: 'unchanged',
      note: `key ${id} is revoked already and is deleted on ${deletionDate.slice(0, 10)}; to replace the key of now, too: --key, then --revoke`,
    };
  }
  if (replacement.kind !== 'moved') {
    const next = await replaceKey(replacement, desired, hands);
    if (!rotation.revoke) {
      const note = `key ${next.id}; the old one, ${key.id}, stays until nothing needs it: commit, sync, then run this again`;
      return { kind: 'rotated', note };
    }
    await revoke({ key: next, old: key }, desired, hands, rotation);
    return { kind: 'revoked', note: `key ${next.id}; ${goes(key.id, desired, rotation.window)}` };
  }
  const { old } = replacement;
  const caughtUp = await catchUp({ key, old }, hands.file);
  const before = caughtUp ? 'the file was encrypted anew; ' : '';
  if (rotation.revoke) {
    await revoke({ key, old }, desired, hands, rotation);
    return { kind: 'revoked', note: `${before}${goes(old.id, desired, rotation.window)}` };
  }
  const questions = { history: rotation.history, committed: true };
  const retired = await retireOldKey({ key, old }, desired, hands, questions, rotation.window);
  if (retired.kind === 'retired')
    return { kind: 'retired', note: `${before}${goes(old.id, desired, rotation.window)}` };
  return { kind: caughtUp ? 'rotated' : 'unchanged', note: `${before}${retired.problem.what}` };
}

async function revoke(
  pair: KeyPair,
  desired: DesiredKey,
  hands: ReplacementHands,
  { window }: KeyRotation,
): Promise<void> {
  const revoked = await revokeOldKey(pair, desired, hands, window);
  if (revoked.kind === 'kept') throw new ProblemError(revoked.problem);
}

const goes = (id: string, { scope: { region } }: DesiredKey, window: number) =>
  `the old key, ${id}, opens nothing any more and is deleted in ${window} days (until then: aws kms cancel-key-deletion --region ${region} --key-id ${id}, then aws kms enable-key --region ${region} --key-id ${id})`;

/** Whoever had the key could read the values: a new key keeps none of them secret. */
const toChange = (keys: readonly string[], stage: string): readonly string[] =>
  keys.length === 0
    ? []
    : [
        `change each of these where it is made, then npx nx g ${pluginName()}:set:`,
        ...keys.map((key) => `${key} --stage=${stage}`),
      ];
