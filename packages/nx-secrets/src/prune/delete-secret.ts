import {
  describeManagedSecret,
  scheduleSecretDeletion,
} from '../aws/secrets-manager/list-and-delete-secrets';
import { throwProblem, type Problem } from '../problem';
import type { Failed } from '../report';
import { guarded } from '../aws/guarded';
import type { Interruption } from '../interruption';
import type { Found } from './search';
import { regionOf, removeReplicas } from './status';
import type { ManagedSecret } from '../aws/secrets-manager/managed-secret';

/**
 * Schedules the deletion of a secret, if it still is what was seen: looked at once more right before.
 *
 * @param windowDays 7 to 30
 * @returns the day on which it will be gone, or what was in the way
 */
export const deleteSecret = (
  { secret, session }: Found,
  windowDays: number,
  interruption: Interruption,
): Promise<{ readonly kind: 'deleted'; readonly goneOn: string } | Failed> =>
  guarded(session, interruption, async ({ clients }) => {
    const now = await describeManagedSecret(clients, secret.arn);
    if (!now || !isSame(now.secret, secret)) return throwProblem(changed(secret));
    if (now.replicas.length > 0) return throwProblem(replicated(secret, now.replicas));
    return { kind: 'deleted', goneOn: await scheduleSecretDeletion(clients, secret.arn, windowDays) };
  });

/** Whether nothing of it has changed: tags, version, reads, rotation. */
function isSame(one: ManagedSecret, other: ManagedSecret): boolean {
  const text = ({ tags, ...rest }: ManagedSecret) =>
    JSON.stringify([Object.entries(tags).sort(), Object.entries(rest).sort()]);
  return text(one) === text(other);
}

const changed = ({ name, arn }: ManagedSecret): Problem => ({
  code: 'secretChanged',
  what: `${name} was changed, read or deleted since it was listed`,
  where: arn,
  fix: 'Run it without --delete to see its current state.',
});

const replicated = (secret: ManagedSecret, replicas: readonly string[]): Problem => ({
  code: 'secretReplicated',
  what: `${secret.name} has replicas in ${replicas.join(', ')}, which AWS does not delete with it`,
  where: secret.arn,
  fix: removeReplicas(secret.name, regionOf(secret), replicas),
});
