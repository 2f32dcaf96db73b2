import { guarded } from '../model/guarded';
import type { Item } from '../model/tree';

/** Who can decrypt a file, without the wrapped data key. */
export type Recipient =
  | {
      readonly kind: 'kms';
      readonly arn: string;
      readonly role?: string | undefined;
      readonly context?: Readonly<Record<string, string>> | undefined;
      readonly awsProfile?: string | undefined;
    }
  | { readonly kind: 'age'; readonly recipient: string }
  | { readonly kind: 'pgp'; readonly fp: string }
  | { readonly kind: 'gcp_kms'; readonly resourceId: string }
  | { readonly kind: 'azure_kv'; readonly vaultUrl: string; readonly name: string; readonly version: string }
  | {
      readonly kind: 'hc_vault';
      readonly vaultAddress: string;
      readonly enginePath: string;
      readonly keyName: string;
    }
  | { readonly kind: 'hckms'; readonly keyId: string };

/** A recipient with the data key (or its share) wrapped for it. */
export type WrappedKey = Recipient & {
  /** The wrapped key, in the text form of its kind. */
  readonly enc: string;
  /** When the key was wrapped, RFC 3339; absent for age. */
  readonly createdAt?: string | undefined;
  /** Fields that SOPS does not define, kept as they are. */
  readonly unknown?: readonly Item[] | undefined;
};

/** Recipients that have the same key or share. */
export type KeyGroup<R extends Recipient = Recipient> = readonly R[];

/** The text that identifies a recipient, for messages and to find duplicates. Source: sops `ToString` of each key. */
export const identityText = guarded('identityText', function identityText(recipient: Recipient): string {
  switch (recipient.kind) {
    case 'kms': {
      const context = Object.entries(recipient.context ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
      const parts = [
        recipient.arn + (recipient.role ? `+${recipient.role}` : ''),
        context.map(([name, value]) => `${name}:${value}`).join(','),
        recipient.awsProfile,
      ];
      return parts.filter(Boolean).join('|');
    }
    case 'age':
      return recipient.recipient;
    case 'pgp':
      return recipient.fp;
    case 'gcp_kms':
      return recipient.resourceId;
    case 'azure_kv':
      return `${recipient.vaultUrl}/keys/${recipient.name}/${recipient.version}`;
    case 'hc_vault':
      return `${recipient.vaultAddress}/v1/${recipient.enginePath}/keys/${recipient.keyName}`;
    case 'hckms':
      return recipient.keyId;
  }
});
