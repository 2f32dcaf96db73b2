import { setTimeout as delay } from 'node:timers/promises';
import type { Clients } from '../aws/clients';
import { assertAccount } from '../aws/identity';
import { describeKey, type Key } from '../aws/kms/keys';
import { createAlias } from '../aws/kms/change-keys';
import { throwProblem, toProblem } from '../problem';
import { makeKey } from './make-key';
import { repairsOfNewKey } from './plan';
import { repair } from './repair';
import { repairDetails, repairNote } from './repair-text';
import type { DesiredKey, KeyAction, KeyIdentity, KeyOutcome, Repairs } from './states';
import { scheduleRedundantKeyDeletion } from './redundant-keys';

/** What applying an action needs. */
export interface KeyContext {
  readonly workspaceRoot: string;
  /** Clients of the key's account and role, in its own region or another. */
  readonly clientsIn: (region: string) => Clients;
  /** The account of the identity in use. */
  readonly account: (on: string) => Promise<string>;
}

/** What came of an action. */
export type Applied =
  | {
      readonly kind: 'done';
      readonly outcome: KeyOutcome;
      /** The key behind the alias, where there is one now. */
      readonly key?: Pick<Key, 'id' | 'createdAt'>;
    }
  /** Another run made the alias meanwhile: look and plan again. */
  | { readonly kind: 'moved'; readonly discarded?: string };

/** Waits between looks at an alias that AWS says exists and does not show yet, in milliseconds. */
const aliasWaits = [0, 250, 500, 1_000, 2_000, 4_000];

/**
 * Carries an action out.
 *
 * @throws ProblemError where AWS refuses
 */
export async function apply(action: KeyAction, desired: DesiredKey, context: KeyContext): Promise<Applied> {
  switch (action.kind) {
    case 'unchanged':
      return { kind: 'done', outcome: { kind: 'unchanged' } };
    case 'refuse':
      return { kind: 'done', outcome: { kind: 'failed', problem: action.problem } };
    case 'repair':
      await repair(action.repairs, desired, action.key, context.clientsIn);
      return { kind: 'done', outcome: repaired('repaired', desired, action.repairs), key: action.key };
    case 'attach':
      return attach(action.key, action.repairs, desired, context);
    case 'create':
      return create(desired, context);
  }
}

/**
 * Makes the key, then its alias. Only one of several runs gets the alias; a run that ends in between leaves a key whose
 * description says that it is not in use, which the next run takes.
 */
async function create(desired: DesiredKey, context: KeyContext): Promise<Applied> {
  const { names, scope, where } = desired;
  const clients = context.clientsIn(scope.region);
  assertAccount(await context.account(names.keyAlias), scope.accountId, where);
  const { key, hasPolicy } = await makeKey(clients, desired);
  if (!(await aliasNewKey(desired, key, context))) return lost(desired, key, context);
  const repairs = repairsOfNewKey(desired, hasPolicy);
  await withNewAlias(() => repair(repairs, desired, key, context.clientsIn));
  return { kind: 'done', outcome: { kind: 'created', note: key.id }, key };
}

async function attach(
  key: KeyIdentity,
  repairs: Repairs,
  desired: DesiredKey,
  context: KeyContext,
): Promise<Applied> {
  const clients = context.clientsIn(desired.scope.region);
  const { enable, ...others } = repairs;
  // KMS gives no alias to a key that is pending deletion.
  if (enable) await repair({ enable }, desired, key, context.clientsIn);
  if (!(await createAlias(clients, desired.names.keyAlias, key.id))) {
    const target = await aliasTarget(clients, desired.names.keyAlias);
    if (target?.id !== key.id) return { kind: 'moved' };
  }
  await withNewAlias(() => repair(others, desired, key, context.clientsIn));
  return { kind: 'done', outcome: repaired('attached', desired, repairs, key.id), key };
}

/** Points the alias at the key. Gives false where another run was first. */
async function aliasNewKey(desired: DesiredKey, key: Key, context: KeyContext): Promise<boolean> {
  const clients = context.clientsIn(desired.scope.region);
  try {
    return await createAlias(clients, desired.names.keyAlias, key.id);
  } catch (error) {
    const problem = toProblem(error);
    if (problem.denied === undefined) {
      // It may have been done; the next run finds out.
      return throwProblem({
        ...problem,
        fix: `${problem.fix} The key ${key.id} was created; the next run gives it the alias if it has none.`,
      });
    }
    await scheduleRedundantKeyDeletion(clients, context.workspaceRoot, desired, key);
    return throwProblem({
      ...problem,
      what: `${problem.what}; the key ${key.id} created for it is scheduled for deletion`,
    });
  }
}

/**
 * What is refused right after an alias was made may be refused because KMS does not know the alias yet.
 * Source: KMS Developer Guide, "Use aliases to control access to KMS keys": up to five minutes.
 */
async function withNewAlias(step: () => Promise<void>): Promise<void> {
  try {
    await step();
  } catch (error) {
    const problem = toProblem(error);
    if (problem.denied === undefined) throw error;
    throwProblem({
      ...problem,
      fix: `Run this again in five minutes: KMS takes that long to apply a new alias in IAM policies. If it is still refused: ${problem.fix}`,
    });
  }
}

/** The alias exists: with this very key where only the answer was lost, else this key is one too many. */
async function lost(desired: DesiredKey, key: Key, context: KeyContext): Promise<Applied> {
  const clients = context.clientsIn(desired.scope.region);
  const target = await aliasTarget(clients, desired.names.keyAlias);
  if (target === undefined || target.id === key.id) return { kind: 'moved' };
  await scheduleRedundantKeyDeletion(clients, context.workspaceRoot, desired, key);
  return { kind: 'moved', discarded: key.id };
}

/** The key behind an alias that was reported to exist: what KMS shows may be some seconds old. */
async function aliasTarget(clients: Clients, alias: string): Promise<Key | undefined> {
  for (const wait of aliasWaits) {
    if (wait > 0) await delay(wait);
    const key = await describeKey(clients, alias);
    if (key) return key;
  }
  return undefined;
}

function repaired(
  kind: 'repaired' | 'attached',
  desired: DesiredKey,
  repairs: Repairs,
  keyId?: string,
): KeyOutcome {
  const note = [keyId ?? '', repairNote(repairs, desired)].filter(Boolean).join('; ');
  return { kind, note, details: repairDetails(repairs) };
}
