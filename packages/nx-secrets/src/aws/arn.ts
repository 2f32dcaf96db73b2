import { partitionOf } from '../config/partition';

export { parseKeyArn, type KeyArn } from '../config/key-arn';
export { partitionOf } from '../config/partition';

/** The id of the key that a name means; undefined where it is an alias, or the default key of an account. */
export const keyIdIn = (name: string): string | undefined =>
  /(?:^|:key\/)([0-9a-f-]{36}|mrk-[0-9a-f]{32})$/.exec(name)?.[1];

/** The account that an ARN names as a whole (`arn:aws:iam::111122223333:root`), or an account's number itself, else undefined. */
export const wholeAccount = (id: string): string | undefined =>
  /^(?:arn:aws[\w-]*:iam::)?([0-9]{12})(?::root)?$/.exec(id)?.[1];

/** The ARN that stands for an account as a whole in policies. Source: IAM User Guide, "Principal". */
export const rootArn = (partition: string, accountId: string): string =>
  `arn:${partition}:iam::${accountId}:root`;

/**
 * The ARN of a secret before it exists, as a pattern: Secrets Manager ends an ARN with a hyphen and six characters of its own
 * choice. A pattern that ended in `*` would also mean secrets whose name only begins like this one's.
 */
export const futureSecretArn = (region: string, accountId: string, name: string): string =>
  `arn:${partitionOf(region)}:secretsmanager:${region}:${accountId}:secret:${name}-??????`;

/** The ARN of an alias. */
export const aliasArn = (region: string, accountId: string, alias: string): string =>
  `arn:${partitionOf(region)}:kms:${region}:${accountId}:${alias}`;

/** Whether an ARN is like a pattern of IAM; a pattern itself is like none but itself. Source: IAM User Guide, "ArnLike". */
export const isLike = (arn: string, pattern: string): boolean =>
  arn === pattern ||
  (!/[*?]/.test(arn) &&
    new RegExp(
      `^${pattern
        .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
        .replaceAll(/\*+/g, '.*')
        .replaceAll('?', '.')}$`,
    ).test(arn));
