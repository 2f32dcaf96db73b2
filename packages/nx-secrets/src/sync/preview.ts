import { repairNote } from './repair-text';
import type { Action, Outcome } from './states';

/** What an action would come to. */
export function preview(action: Action): Outcome {
  switch (action.kind) {
    case 'create':
      return { kind: 'would-create' };
    case 'update':
      return { kind: 'would-update' };
    case 'promote':
      return { kind: 'would-promote' };
    case 'repair':
      return { kind: 'would-repair', note: repairNote(action.repairs) };
    case 'unchanged':
      return { kind: 'unchanged' };
    case 'refuse':
      return { kind: 'failed', problem: action.problem };
  }
}
