import type { KeyArn } from './key-arn';
import type { Names } from './names';
import { partitionOf } from './partition';

/** What tells which key a service's stage has. */
export type KeyNames = Pick<Names, 'keyAlias' | 'foreignKey'>;

/** The last part of the ARNs of a stage's key: `alias/…`, or `key/…` where somebody else makes it. */
export const keyResource = ({ keyAlias, foreignKey }: KeyNames): string => foreignKey?.resource ?? keyAlias;

/** The ARN by which a stage's key is used, in its region or in that of a replica. */
export const keyArnIn = (region: string, accountId: string, names: KeyNames): string =>
  `arn:${names.foreignKey?.partition ?? partitionOf(region)}:kms:${region}:${accountId}:${keyResource(names)}`;

/**
 * Whether a file or rule means a stage's key by an ARN. A key that somebody else makes is that of nx.json alone: the ARN
 * as a whole. Of an alias, region and account are compared elsewhere, with what is known of the stage.
 */
export const isStageKey = ({ arn, resource }: KeyArn, { keyAlias, foreignKey }: KeyNames): boolean =>
  foreignKey ? arn === foreignKey.arn : resource === keyAlias;
