import type { DesiredKey } from '../../keys/states';
import type { KeyRotation } from './key-rotation';

/** That old keys go. */
export const goes = (ids: readonly string[], { window }: Pick<KeyRotation, 'window'>): string =>
  `the old ${ids.length === 1 ? 'key' : 'keys'} ${ids.join(', ')} ${ids.length === 1 ? 'is' : 'are'} no longer used and will be deleted in ${window} days`;

/** How the deletion of keys is cancelled, one line each. */
export const takenBack = (
  ids: readonly string[],
  { scope: { region } }: Pick<DesiredKey, 'scope'>,
): readonly string[] =>
  ids.flatMap((id) => [
    `to restore ${id} until then:`,
    `aws kms cancel-key-deletion --region ${region} --key-id ${id}`,
    `aws kms enable-key --region ${region} --key-id ${id}`,
  ]);
