import { neededGroups, type SharedKey } from './needed-groups';
import { unruledRecipients } from './recipients';

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
