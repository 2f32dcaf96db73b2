import { AwsError } from '../protocol/aws-error';
import type { Call } from '../operation/operation';
import type { Secret } from '../store/model';
import { notAuthorized } from '../operation/not-authorized';
import { parseSecretId, withoutSuffix } from './names';
import { assertNotReplica } from './replicas';

/**
 * The secret behind a name, an ARN or an ARN without its six-character suffix, scheduled for deletion or not.
 * @throws AwsError ResourceNotFoundException; AccessDeniedException for another account's ARN
 */
export function secretById(call: Call, id: string): Secret {
  const secret = lookUp(call, id);
  if (secret === undefined) {
    throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
  }
  return secret;
}

/** As `secretById`, but a secret that is scheduled for deletion is an InvalidRequestException. */
export function liveSecretById(call: Call, id: string): Secret {
  const secret = secretById(call, id);
  if (secret.deletionAt !== undefined) {
    throw new AwsError(
      'InvalidRequestException',
      "You can't perform this operation on the secret because it was marked for deletion.",
    );
  }
  return secret;
}

/** As `liveSecretById`, but a replica is an InvalidParameterException. */
export function writableSecretById(call: Call, id: string): Secret {
  const secret = liveSecretById(call, id);
  assertNotReplica(call, secret);
  return secret;
}

/** As `secretById`, with `undefined` where there is none. */
export function lookUp(call: Call, id: string): Secret | undefined {
  const reference = parseSecretId(id);
  if (reference.kind === 'name') return secretByName(call, reference.name);
  const { account, region, tail } = reference;
  if (region !== call.store.region) return undefined;
  if (account !== call.store.account) throw notAuthorized(call, id);
  const name = withoutSuffix(tail);
  const whole = name === undefined ? undefined : secretByName(call, name);
  return whole?.arn === id ? whole : secretByName(call, tail);
}

/** The secret of a name; one whose day of deletion has come is gone. */
export function secretByName(call: Call, name: string): Secret | undefined {
  const secret = call.store.secrets.get(name);
  if (secret?.deletionAt === undefined || secret.deletionAt > call.now) return secret;
  call.store.secrets.remove(name);
  return undefined;
}

/** All secrets, those scheduled for deletion too, the ones whose day has come not. */
export function allSecrets(call: Call): readonly Secret[] {
  return call.store.secrets.all().filter((secret) => secretByName(call, secret.name) !== undefined);
}
