import type { Call } from '../operation/operation';
import type { Secret } from '../store/model';
import { withReplicasUpdated } from './replicas';

/** Puts a changed secret into its store, and what changed into its replicas. Gives the secret as it is stored. */
export function saveSecret(call: Call, secret: Secret): Secret {
  const stored = secret.replicas.length === 0 ? secret : withReplicasUpdated(call, secret);
  call.store.secrets.put(stored.name, stored);
  return stored;
}
