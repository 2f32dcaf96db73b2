import { repairDetails, repairNote } from './repair-text';
import type { DesiredKey, KeyAction, KeyOutcome } from './states';

/** What an action would come to. */
export function preview(action: KeyAction, desired: DesiredKey): KeyOutcome {
  switch (action.kind) {
    case 'create':
      return { kind: 'would-create' };
    case 'attach':
    case 'repair': {
      const { repairs, key } = action;
      const note = [action.kind === 'attach' ? key.id : '', repairNote(repairs, desired)];
      return {
        kind: action.kind === 'attach' ? 'would-attach' : 'would-repair',
        note: note.filter(Boolean).join('; '),
        details: repairDetails(repairs),
      };
    }
    case 'unchanged':
      return { kind: 'unchanged' };
    case 'refuse':
      return { kind: 'failed', problem: action.problem };
  }
}
