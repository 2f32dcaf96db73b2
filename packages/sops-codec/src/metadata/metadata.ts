import type { Item } from '../model/tree';
import type { KeyGroup, WrappedKey } from '../recipients/recipient';
import type { SelectionRule } from '../rules/selection';

/** The metadata of a file: what is under `sops`. */
export interface Metadata {
  /** The recipients with their wrapped keys, in key groups: one group unless the data key is split. */
  readonly groups: readonly KeyGroup<WrappedKey>[];
  /** How many shares are needed to decrypt the file; 0 with a single group. */
  readonly shamirThreshold: number;
  /** Time of the last change, RFC 3339 in UTC with seconds; the MAC covers it. */
  readonly lastModified: string;
  /** The encrypted MAC; empty where the file has none. */
  readonly mac: string;
  /** Which values are encrypted. */
  readonly rule: SelectionRule;
  /** Whether the file names the rule; else it is the default. */
  readonly hasExplicitRule: boolean;
  /** Whether the MAC covers encrypted values only. */
  readonly macOnlyEncrypted: boolean;
  /** The version of SOPS that wrote the file. */
  readonly version: string;
  /** Fields that SOPS does not define, kept as they are. */
  readonly unknown: readonly Item[];
  /** Such fields of each of several key groups: recipients of unknown kinds. */
  readonly unknownInGroups?: readonly (readonly Item[])[] | undefined;
}

/** The seven lists of recipients, in the order in which they form a file's single group. */
export const recipientLists = ['kms', 'gcp_kms', 'hckms', 'azure_kv', 'hc_vault', 'pgp', 'age'] as const;

/** The release of sops that this package follows, that of `followed.json`: new files name it as their version. */
export const formatVersion = '3.13.3';

/** Whether a text is a version, as sops accepts it. */
export const isVersion = (text: string): boolean => /^v?[0-9]+\.[0-9]+\.[0-9]+|^1\./.test(text);
