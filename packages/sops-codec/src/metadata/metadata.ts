import type { Item } from '../model/tree';
import type { KeyGroup, WrappedKey } from '../recipients/recipient';
import type { SelectionRule } from '../rules/selection';

/** What a file says of itself under `sops`. */
export interface Metadata {
  /** Key groups; one unless the data key is split. */
  readonly groups: readonly KeyGroup<WrappedKey>[];
  /** Shares needed to open the file; 0 with a single group. */
  readonly shamirThreshold: number;
  /** Time of the last change, RFC 3339 in UTC with seconds: part of what the MAC binds. */
  readonly lastModified: string;
  /** Empty where the file has none. */
  readonly mac: string;
  readonly rule: SelectionRule;
  /** Whether the rule stands in the file or is the assumed default. */
  readonly ruleStated: boolean;
  readonly macOnlyEncrypted: boolean;
  readonly version: string;
  /** Fields that are not SOPS's own, kept as they are. */
  readonly unknown: readonly Item[];
  /** Such fields of each of several key groups: recipients of kinds that are not known here. */
  readonly unknownInGroups?: readonly (readonly Item[])[];
}

/** The seven recipient lists, in the order in which a file's single group is built of them. */
export const recipientLists = ['kms', 'gcp_kms', 'hckms', 'azure_kv', 'hc_vault', 'pgp', 'age'] as const;

/** The version that new files name: the release of sops whose layout is written. */
export const formatVersion = '3.13.3';
