import { blocker, type KeyOverrides } from './blocker';
import { chooseKey } from './orphans';
import { policyDifference } from './policy-difference';
import type {
  DesiredKey,
  KeyAction,
  KeyIdentity,
  KeySettings,
  RemoteKey,
  RemoteReplica,
  Repairs,
  ReplicaRepairs,
} from './states';
import type { Problem } from '../problem';
import type { ProblemCode } from '../problem-codes';
import { runTarget } from '../config/commands';
import { revokedTag } from '../aws/tags';
import { revokedKey } from './revoked-key';

/** What is known without a key's settings: what to do, or the key whose settings decide. */
export type Outline =
  | { readonly kind: 'create' }
  | { readonly kind: 'refuse'; readonly problem: Problem }
  | { readonly kind: 'look'; readonly key: KeyIdentity; readonly attach: boolean };

/** The first half of the plan: whether there is a key, and whether it may be touched. */
export function outline(desired: DesiredKey, remote: RemoteKey, overrides: KeyOverrides): Outline {
  const attach = remote.kind === 'absent';
  const choice = attach ? chooseKey(desired, remote) : { kind: 'one' as const, key: remote.key };
  if (choice.kind === 'none') return { kind: 'create' };
  if (choice.kind === 'refused') return { kind: 'refuse', problem: choice.problem };
  const problem = blocker(desired, choice.key, overrides);
  return problem ? { kind: 'refuse', problem } : { kind: 'look', key: choice.key, attach };
}

/**
 * What to do with a key (docs/reference.md, "States of a key").
 *
 * @param settings of the key that `outlined` wants looked at
 * @param enable whether a replica that is disabled or scheduled for deletion is made usable
 */
export function plan(
  desired: DesiredKey,
  outlined: Outline,
  settings: KeySettings | undefined,
  { enable }: Pick<KeyOverrides, 'enable'>,
): KeyAction {
  if (outlined.kind !== 'look') return outlined;
  const { key, attach } = outlined;
  if (!settings) return { kind: 'unchanged' };
  const problem = leakBlocker(desired, key, settings) ?? replicaBlocker(desired, key, settings, enable);
  if (problem) return { kind: 'refuse', problem };
  const repairs = repairsOf(desired, key, settings);
  if (attach) return { kind: 'attach', key, repairs };
  return Object.keys(repairs).length > 0 ? { kind: 'repair', key, repairs } : { kind: 'unchanged' };
}

/** Everything that a key which was just made still needs; its policy, where it could not be made with it. */
export const repairsOfNewKey = (desired: DesiredKey, hasPolicy: boolean): Repairs => ({
  description: true,
  ...(hasPolicy ? {} : { policy: policyDifference('{}', desired.policy) }),
  rotation: { from: undefined },
  ...(desired.replicaRegions.length === 0
    ? {}
    : {
        replicas: new Map(desired.replicaRegions.map((region) => [region, { replicate: true, alias: true }])),
      }),
});

/** Whether a key, or a replica of it, gets another policy. */
export const needsPolicy = ({ policy, replicas = new Map() }: Repairs): boolean =>
  policy !== undefined || [...replicas.values()].some((replica) => replica.policy !== undefined);

function repairsOf(desired: DesiredKey, key: KeyIdentity, settings: KeySettings): Repairs {
  const { rotationDays, replicaRegions } = desired;
  const replicated = key.regions.kind === 'primary' ? key.regions.replicas : [];
  const replicas = new Map(
    // A key of one region that is taken over gets no replicas: the next run says how it comes to some.
    (key.regions.kind === 'single' ? [] : replicaRegions).flatMap((region): [string, ReplicaRepairs][] => {
      const repairs = replicaRepairs(desired, settings.replicas.get(region), replicated.includes(region));
      return Object.keys(repairs).length > 0 ? [[region, repairs]] : [];
    }),
  );
  return {
    ...(key.state === 'Enabled' ? {} : { enable: { from: key.state } }),
    ...marksAndPolicy(desired, key, settings.policy),
    ...(settings.rotationDays === rotationDays ? {} : { rotation: { from: settings.rotationDays } }),
    ...(replicas.size > 0 ? { replicas } : {}),
  };
}

function replicaRepairs(
  desired: DesiredKey,
  replica: RemoteReplica | undefined,
  replicated: boolean,
): ReplicaRepairs {
  if (replica?.kind === 'present') {
    const { state } = replica.key;
    return {
      ...(isUsable(state) ? {} : { enable: { from: state } }),
      ...marksAndPolicy(desired, replica.key, replica.policy),
    };
  }
  return replicated ? { alias: true } : { replicate: true, alias: true };
}

/** What a key and each of its replicas have of their own. */
function marksAndPolicy(desired: DesiredKey, key: KeyIdentity, policy: string) {
  const missing = Object.entries(desired.tags).filter(([tag, value]) => key.tags[tag] !== value);
  const changes = policyDifference(policy, desired.policy);
  return {
    ...(missing.length > 0 ? { tags: Object.fromEntries(missing) } : {}),
    ...(key.description === desired.description ? {} : { description: true as const }),
    ...(changes.length > 0 ? { policy: changes } : {}),
  };
}

/** A key that leaked keeps the policy that closed it: that of nx.json would let it open files again, for whoever has it. */
const leakBlocker = (desired: DesiredKey, key: KeyIdentity, { policy }: KeySettings): Problem | undefined =>
  key.tags[revokedTag] === undefined || policyDifference(policy, desired.policy).length === 0
    ? undefined
    : revokedKey(desired, key);

/** A key that is being made is usable in a moment. */
const isUsable = (state: string) => state === 'Enabled' || state === 'Creating';

const canBeEnabled = (state: string) => state === 'Disabled' || state.startsWith('Pending');

/** In a replica region the alias may only point at the replica of the same key. */
function replicaBlocker(
  { names, where }: DesiredKey,
  key: KeyIdentity,
  { replicas }: KeySettings,
  enable: boolean,
): Problem | undefined {
  for (const [region, replica] of replicas) {
    if (replica.kind === 'absent') continue;
    const refuse = (code: ProblemCode, what: string, fix: string): Problem => ({
      code,
      what,
      where: `${where}, ${names.keyAlias} in ${region}`,
      fix,
    });
    if (replica.key.id !== key.id) {
      return refuse(
        'replicaAliasElsewhere',
        `${names.keyAlias} points at key ${replica.key.id} in ${region}, not at a replica of ${key.id}`,
        `If nobody needs it there, remove it, then run this again:\naws kms delete-alias --region ${region} --alias-name ${names.keyAlias}`,
      );
    }
    const { state } = replica.key;
    if (!isUsable(state) && !(enable && canBeEnabled(state))) {
      return refuse(
        'replicaNotUsable',
        `the replica of key ${key.id} in ${region} is not usable: its state is ${state}`,
        canBeEnabled(state)
          ? `If that is not on purpose, make it usable again:\n${runTarget(names.address, 'provision-keys', `--stage=${names.stage}`, '--enable')}`
          : 'Run it again in a minute.',
      );
    }
  }
  return undefined;
}
