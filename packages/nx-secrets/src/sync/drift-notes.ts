import { keyResource } from '../config/stage-key';
import { generateHere } from '../config/commands';
import type { Planned } from './read-and-plan';
import { redundantReplicas } from './redundant-replicas';

/** Names that a note lists before it only counts the others. */
const namesShown = 5;

/** Notes on what differs from nx.json and stops no push, and on what nobody let us see. */
export const driftNotes = (planned: readonly Planned[]): readonly string[] => [
  ...planned.flatMap(({ desired, remote }) => redundantReplicas(desired, remote)),
  ...unseenKeys(planned),
];

/** Roles that were set up before a sync looked at keys need the new policy; until then they push as before. */
function unseenKeys(planned: readonly Planned[]): readonly string[] {
  const allUnseen = planned.filter(
    ({ keys }) => keys && [keys.own, ...keys.replicas.values()].some(({ kind }) => kind === 'unseen'),
  );
  return [false, true].flatMap((isForeign) =>
    unseenNote(
      allUnseen.filter(({ desired }) => (desired.names.foreignKey !== undefined) === isForeign),
      isForeign,
    ),
  );
}

function unseenNote(unseen: readonly Planned[], isForeign: boolean): readonly string[] {
  if (unseen.length === 0) return [];
  const names = unseen.slice(0, namesShown).map(({ desired }) => keyResource(desired.names));
  const more = unseen.length > namesShown ? ` and ${unseen.length - namesShown} more` : '';
  return [
    `whether ${names.join(', ')}${more} can be used is unknown: kms:DescribeKey is refused to this identity. Its policy allows it when it is written again (and ${isForeign ? 'whoever makes the key sets the policy of the key that this prints, too' : 'provision-keys runs, where the stage has principals'}):\n${generateHere('policy', isForeign ? '--for=sync,key' : '--for=sync')}`,
  ];
}
