import { policyLines } from './policy-difference';
import type { DesiredKey, ReplicaRepairs, Repairs } from './states';

/** What is repaired on a key, in a line; empty where nothing is. */
export function repairNote(repairs: Repairs, { rotationDays }: Pick<DesiredKey, 'rotationDays'>): string {
  const { enable, rotation, replicas } = repairs;
  return [
    enableNote(enable),
    rotation ? `rotation ${rotation.from ?? 'off'} → ${rotationDays} days` : '',
    ...ownNotes(repairs),
    ...[...(replicas ?? [])].map(([region, replica]) => `${region}: ${replicaNote(replica)}`),
  ]
    .filter(Boolean)
    .join('; ');
}

/** How policies differ, statement by statement. */
export const repairDetails = ({ policy = [], replicas = new Map() }: Repairs): readonly string[] => [
  ...policyLines(policy),
  ...[...replicas].flatMap(([region, replica]) =>
    policyLines(replica.policy ?? []).map((line) => `${region} ${line}`),
  ),
];

const ownNotes = ({ tags, description, policy }: Pick<Repairs, 'tags' | 'description' | 'policy'>) => [
  tags ? `tags ${Object.keys(tags).join(', ')}` : '',
  description ? 'description' : '',
  policy ? `policy (${policy.length} ${policy.length === 1 ? 'statement' : 'statements'})` : '',
];

const enableNote = (enable: Repairs['enable']): string =>
  enable ? `was ${enable.from === 'Disabled' ? 'disabled' : 'scheduled for deletion'}` : '';

const replicaNote = ({ replicate, enable, alias, ...own }: ReplicaRepairs): string =>
  [replicate ? 'replica' : '', enableNote(enable), alias ? 'alias' : '', ...ownNotes(own)]
    .filter(Boolean)
    .join(', ');
