import { allKeys } from '../../secret-file/pending-values';
import { kmsKeyring } from '../../aws/kms-keyring';
import { isDesired, readDesiredKeys } from '../../keys/desired';
import type { RotationContext } from '../../keys/rotation/context';
import { assertPermitted } from '../../keys/rotation/preflight';
import { readReplacement } from '../../keys/rotation/replacement';
import { throwProblem, ProblemError, toProblem } from '../../problem';
import type { Outcome } from '../../report';
import { assertOwnAccount, assertRewritable } from '../../secret-file/assert-rewritable';
import { readSecretFile, whileLocked } from '../../secret-file/read-write';
import { generate, setKey } from '../../config/commands';
import type { Names } from '../../config/names';
import { carryOn } from './resume';
import { notOurKey } from './foreign-key-problem';
import type { KeyRotation } from './key-rotation';
import { notRevoked, revoke } from './revoke';
import { rewriteOf, type Target, type Targets } from './targets';

/**
 * Puts a stage under a new KMS key, or resumes an interrupted run: the old key stays until nothing needs it.
 * After a leak the key of now is replaced whatever earlier runs began.
 *
 * @throws ProblemError where something refuses
 */
export const rotateKey = (target: Target, targets: Targets, rotation: KeyRotation): Promise<Outcome> =>
  rotation.revoke && !target.names.foreignKey
    ? rotateStage(target, targets, rotation).catch((error: unknown) =>
        notRevoked(target, `the key behind ${target.names.keyAlias}`, toProblem(error)),
      )
    : rotateStage(target, targets, rotation);

async function rotateStage(target: Target, targets: Targets, rotation: KeyRotation): Promise<Outcome> {
  const { service, names, path, problem } = target;
  const { workspaceRoot, options } = targets;
  const refused = problem ?? notOurKey(names, path, rotation.revoke);
  if (refused) return throwProblem(refused);
  const entries = await readDesiredKeys(workspaceRoot, service, options, [names.stage], 'rotate');
  const state = entries.find(({ stage }) => stage === names.stage || stage === '')?.state;
  if (!state)
    return throwProblem({
      code: 'keyNotNamed',
      what: 'neither the creation rule nor the file names a key',
      where: path,
      fix: `Make it:\n${generate(names.address, 'init', `--stages=${names.stage}`)}`,
    });
  if (!isDesired(state)) throw new ProblemError(state);
  return whileLocked(workspaceRoot, path, async () => {
    const { file } = await readSecretFile(workspaceRoot, path);
    const rewrite = rewriteOf(target, targets);
    const own = await assertRewritable(file, rewrite);
    await assertOwnAccount(own, rewrite, rotation.account);
    const clientsIn = (region: string) => rotation.sessionFor({ ...state.scope, region }).clients;
    const context: RotationContext = {
      clientsIn,
      file: { workspaceRoot, path, own, keyring: kmsKeyring(clientsIn) },
    };
    const replacement = await readReplacement(clientsIn(state.scope.region), state).catch(
      async (error: unknown) => {
        // Not only what was refused first.
        if (toProblem(error).denied !== undefined)
          await assertPermitted(state, context, undefined, rotation.revoke);
        throw error;
      },
    );
    const outcome = await (rotation.revoke ? revoke : carryOn)(replacement, state, context, rotation);
    // What could be read with a key that leaked is to be changed, whatever became of the key.
    if (!rotation.revoke && outcome.kind !== 'revoked') return outcome;
    const keys = toChange(allKeys(file, path), names);
    return { ...outcome, details: [...(outcome.details ?? []), ...keys] };
  });
}

/** Whoever had the key could read the values: a new key keeps none of them secret. */
const toChange = (keys: readonly string[], { address, stage }: Names): readonly string[] =>
  keys.length === 0
    ? []
    : ['change each of these at its source, then:', ...keys.map((key) => setKey(address, stage, key))];
