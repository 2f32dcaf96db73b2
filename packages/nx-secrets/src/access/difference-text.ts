import { generate, runTarget } from '../config/commands';
import type { Access } from './access';
import { actorName } from './actor';
import type { Capability } from './capability';
import { block, few, inColumns } from './columns-text';
import { capabilityId, capabilityText } from './capability-text';
import type { Difference } from './differences';
import type { StageAccess } from './stage-access';

/** What is not as nx.json has it, and the command that sets the key policy. */
export function differenceLines(stage: StageAccess): readonly string[] {
  const { differences, file, account } = stage;
  const extra = differences.flatMap((one) => (one.kind === 'allowed, not in nx.json' ? [one.access] : []));
  const isSure = ({ needs }: Access) => needs.length === 0;
  const unlisted = (file?.recipients ?? []).filter(({ status }) => status === 'not listed');
  const reported = (accesses: readonly Access[]) =>
    inColumns(byActor(accesses).map(([name, of]) => ({ cells: [name, of.join('; ')], more: [] })));
  const byActor = (accesses: readonly Access[]) =>
    gather(accesses.map(({ actor, capability }) => [actorName(actor, account), capability] as const));
  const missing = differences.flatMap((one) => (one.kind === 'in nx.json, not allowed' ? [one] : []));
  return [
    ...block('allowed today, but not in nx.json', [
      ...reported(extra.filter(isSure)),
      ...unlisted.map(
        (one) =>
          `${one.kind} ${one.identity}  ${one.opens === 'the file' ? 'opens the file' : `opens pending values: ${few(one.keys)}`}`,
      ),
    ]),
    ...block(
      'not in nx.json, and allowed where IAM policies that are not known say so',
      reported(extra.filter((one) => !isSure(one))),
    ),
    ...block('in nx.json, but not allowed today', [
      ...missingLines(missing, account),
      ...(file?.absent ?? []).map(
        ({ kind, identity }) =>
          `${kind} ${identity}  opens the file: it is not among the recipients of the file`,
      ),
    ]),
    ...keyPolicyFix(stage),
  ];
}

/** Where somebody comes in by the key's policy, or is kept out by it, there is a command that sets it. */
function keyPolicyFix({ differences, address, stage, kmsKeyArn }: StageAccess): readonly string[] {
  const isOfKeyPolicy = (one: Difference) =>
    one.kind === 'allowed, not in nx.json'
      ? one.access.sources.some(({ kind }) => kind === 'key policy')
      : / of the key policy | by key policy /.test(`${one.why} `);
  if (!differences.some(isOfKeyPolicy)) return [];
  return kmsKeyArn === undefined
    ? [`  the key policy as nx.json has it: ${runTarget(address, 'provision-keys', `--stage=${stage}`)}`]
    : [
        `  the key policy that whoever makes the key has to set: ${generate(address, 'policy', '--for=key', `--stage=${stage}`)}`,
      ];
}

type Missing = Extract<Difference, { kind: 'in nx.json, not allowed' }>;

/** One line for each that lacks something, for one reason. */
function missingLines(all: readonly Missing[], account: string): readonly string[] {
  const grouped = new Map<string, Missing[]>();
  for (const one of all) {
    // The reason names the action.
    const why = one.why.replace(one.capability.action ?? '', '');
    const id = JSON.stringify([one.actor.arn, capabilityId(one.capability), why]);
    grouped.set(id, [...(grouped.get(id) ?? []), one]);
  }
  return [...grouped.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const actions = group.flatMap(({ capability: { action } }) => action ?? []);
    const why = group.length > 1 ? first.why.replace(/kms:\w+$/, 'them') : first.why;
    return [`${actorName(first.actor, account)}  ${capabilityText(first.capability, actions)}: ${why}`];
  });
}

/** The capabilities of each, administrative actions on one line. */
function gather(pairs: readonly (readonly [name: string, capability: Capability])[]) {
  const byName = new Map<string, Map<string, { capability: Capability; actions: string[] }>>();
  for (const [name, capability] of pairs) {
    const capabilities = byName.get(name) ?? new Map<string, { capability: Capability; actions: string[] }>();
    const id = capabilityId(capability);
    const known = capabilities.get(id) ?? { capability, actions: [] };
    if (capability.action !== undefined) known.actions.push(capability.action);
    byName.set(name, capabilities.set(id, known));
  }
  return [...byName].map(
    ([name, capabilities]) =>
      [
        name,
        [...capabilities.values()].map(({ capability, actions }) => capabilityText(capability, actions)),
      ] as const,
  );
}
