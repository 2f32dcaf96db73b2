import { AwsError } from '../protocol/aws-error';
import {
  blob,
  flag,
  integer,
  list,
  oneOf,
  optional,
  type Reader,
  structure,
  text,
  textMap,
} from '../protocol/readers';

/** Members that several KMS operations take, with the limits of AWS's model. */
export const keyId = text({ min: 1, max: 2048 });
export const aliasName = text({ min: 1, max: 256, pattern: /^[a-zA-Z0-9:/_-]+$/ });
export const ciphertextBlob = blob({ min: 1, max: 6144 });
export const encryptionContext = optional(textMap);
export const algorithm = optional(
  oneOf('SYMMETRIC_DEFAULT', 'RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256', 'SM2PKE'),
);
export const dryRun = optional(flag);
/** There are no grants here, so no token is one of theirs. Throws AwsError InvalidGrantTokenException. */
export const grantTokens: Reader<undefined> = (value, path) => {
  const given = optional(list(text({ min: 1, max: 8192 }), { max: 10 }))(value, path) ?? [];
  if (given.length === 0) return undefined;
  throw new AwsError('InvalidGrantTokenException', 'local-aws has no grants, so no grant token is valid.');
};
export const limit = optional(integer({ min: 1, max: 1000 }));
export const marker = optional(text({ min: 1, max: 1024 }));
export const tags = list(structure({ TagKey: text({ min: 1, max: 128 }), TagValue: text({ max: 256 }) }));
