import type { RemoteSecret } from '../aws/secrets-manager/remote-secret';

/** When a version was made; undefined where AWS does not tell. */
export interface DatedVersion {
  readonly id: string;
  readonly created: Date | undefined;
}

/**
 * Which way the last deployment went where Git cannot tell, by what AWS has: `forward` to a version that was made after
 * the one before it, or by an --overwrite of that one; `back` to one that was made before it.
 */
export type DeploymentOrder = 'forward' | 'back' | 'undecided';

/** Whether only the dates of the versions tell; they are not asked for otherwise. */
export const needsDates = ({ previous, overwritten }: RemoteSecret): boolean =>
  previous !== undefined && overwritten !== previous;

/**
 * Tells the order of the last deployment from dates: a push makes the version that it deploys, so AWSPREVIOUS is older,
 * while a roll-back goes to a version that was made before the one that it leaves. Dates are of the first put of a
 * version: one that is deployed a second time has the date of the first (docs/decisions/0008). Versions of the same
 * instant (endpoints that count seconds, or keep no dates) are told apart by the label of the last one that was staged.
 *
 * @param versions those that have labels
 */
export function deploymentOrder(remote: RemoteSecret, versions: readonly DatedVersion[]): DeploymentOrder {
  if (!needsDates(remote)) return 'forward';
  const timeOf = (id: string | undefined) =>
    versions.find((version) => version.id === id)?.created?.getTime();
  const [current, previous] = [timeOf(remote.current), timeOf(remote.previous)];
  if (current === undefined || previous === undefined) return 'undecided';
  if (current !== previous) return current > previous ? 'forward' : 'back';
  if (remote.staged === remote.current) return 'forward';
  return remote.staged === remote.previous ? 'back' : 'undecided';
}
