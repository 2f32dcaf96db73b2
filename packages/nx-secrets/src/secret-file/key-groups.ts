import type { KeyGroup } from 'sops-codec';
import { unruledRecipients } from './recipients';

/** Key groups, and how many of them open a file; 0 where nothing is said: then all are needed. */
export interface SharedKey {
  readonly groups: readonly KeyGroup[];
  readonly shamirThreshold: number;
}

/** How many groups are needed to open a file. Source: sops, "Key groups". */
export const neededGroups = ({ groups, shamirThreshold }: SharedKey): number =>
  groups.length <= 1 ? 1 : Math.max(shamirThreshold || groups.length, 2);

/**
 * Whether fewer people together could open a file than its creation rule wants: nothing authenticates a file's groups and
 * threshold, so whoever can commit may have lowered them. Fewer groups needed, or a recipient in a group that is not its
 * own.
 */
export function isEasierToOpen(file: SharedKey, rule: SharedKey): boolean {
  if (neededGroups(rule) === 1) return false;
  if (neededGroups(file) < neededGroups(rule) || file.groups.length !== rule.groups.length) return true;
  return file.groups.some((group, index) => {
    const ruled = rule.groups[index];
    return ruled === undefined || unruledRecipients([group], [ruled]).length > 0;
  });
}
