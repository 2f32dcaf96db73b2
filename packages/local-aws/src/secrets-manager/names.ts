import { randomInt } from 'node:crypto';
import { AwsError, validationError } from '../protocol/aws-error';
import { parseArn, regionalArn } from '../arn';
import type { RegionStore } from '../store/account-store';

const suffixAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** The name if a secret may have it. Throws AwsError ValidationException. */
export function secretName(name: string): string {
  if (!/^[A-Za-z0-9/_+=.@!-]+$/.test(name)) {
    throw validationError(
      'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
    );
  }
  return name;
}

/** A version id that a client chose, or a new one. Throws AwsError InvalidParameterException. */
export function versionToken(token: string | undefined, fresh: () => string): string {
  if (token === undefined) return fresh();
  if (token.length < 32 || token.length > 64) {
    throw new AwsError('InvalidParameterException', 'ClientRequestToken must be 32-64 characters long.');
  }
  return token;
}

/** The ARN of a new secret: its name and six random characters. */
export function newSecretArn(store: RegionStore, name: string): string {
  const suffix = Array.from({ length: 6 }, () => suffixAlphabet.charAt(randomInt(suffixAlphabet.length)));
  return regionalArn('secretsmanager', store, `secret:${name}-${suffix.join('')}`);
}

/** Where a SecretId points: to a name, or to the part of an ARN after `secret:` (whole, or without the suffix). */
export type SecretReference =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'arn'; readonly account: string; readonly region: string; readonly tail: string };

/** Reads a SecretId. */
export function parseSecretId(id: string): SecretReference {
  const arn = id.startsWith('arn:') ? parseArn(id) : undefined;
  if (arn?.service !== 'secretsmanager' || !arn.resource.startsWith('secret:'))
    return { kind: 'name', name: id };
  return {
    kind: 'arn',
    account: arn.account,
    region: arn.region,
    tail: arn.resource.slice('secret:'.length),
  };
}

/** The name in the tail of a whole ARN, without the hyphen and six characters; `undefined` if there is no suffix. */
export function withoutSuffix(tail: string): string | undefined {
  return /^(.+)-[A-Za-z0-9]{6}$/s.exec(tail)?.[1];
}
