import { neededGroups, type SharedKey } from './needed-groups';
import { unmatchedRecipients } from './recipients';

/**
 * Whether fewer people together could open a file than its creation rule wants: nothing authenticates a file's groups and
 * threshold, so whoever can commit may have lowered them. Fewer groups needed, or a recipient in a group that is not its
 * own.
 */
export function isEasierToOpen(file: SharedKey, rule: SharedKey): boolean {
  if (neededGroups(rule) === 1) return false;
  if (neededGroups(file) < neededGroups(rule) || file.groups.length !== rule.groups.length) return true;
  return file.groups.some((group, index) => {
    const matched = rule.groups[index];
    return matched === undefined || unmatchedRecipients([group], [matched]).length > 0;
  });
}
