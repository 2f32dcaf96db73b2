import type { Call } from '../protocol/operation';
import type { Secret } from '../world/model';
import { withReplicasUpdated } from './replicas';

/** Puts a changed secret into its world, and what changed into its replicas. Gives the secret as it is stored. */
export function saveSecret(call: Call, secret: Secret): Secret {
  const stored = secret.replicas.length === 0 ? secret : withReplicasUpdated(call, secret);
  call.world.secrets.put(stored.name, stored);
  return stored;
}
