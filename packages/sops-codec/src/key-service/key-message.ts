import type { Recipient } from '../recipients/recipient';

/** A recipient in a request to a key service; exactly one member is set. Source: sops `keyservice/keyservice.proto` */
export interface KeyMessage {
  readonly kmsKey?: {
    readonly arn: string;
    readonly role: string;
    readonly context: Readonly<Record<string, string>>;
    readonly awsProfile: string;
  };
  readonly pgpKey?: { readonly fingerprint: string };
  readonly gcpKmsKey?: { readonly resourceId: string };
  readonly azureKeyvaultKey?: { readonly vaultUrl: string; readonly name: string; readonly version: string };
  readonly vaultKey?: {
    readonly vaultAddress: string;
    readonly enginePath: string;
    readonly keyName: string;
  };
  readonly ageKey?: { readonly recipient: string };
  readonly hckmsKey?: { readonly keyId: string };
}

/** The message for a recipient. */
export function keyMessageOf(recipient: Recipient): KeyMessage {
  switch (recipient.kind) {
    case 'kms': {
      const { arn, role = '', context = {}, awsProfile = '' } = recipient;
      return { kmsKey: { arn, role, context, awsProfile } };
    }
    case 'pgp':
      return { pgpKey: { fingerprint: recipient.fp } };
    case 'gcp_kms':
      return { gcpKmsKey: { resourceId: recipient.resourceId } };
    case 'azure_kv': {
      const { vaultUrl, name, version } = recipient;
      return { azureKeyvaultKey: { vaultUrl, name, version } };
    }
    case 'hc_vault': {
      const { vaultAddress, enginePath, keyName } = recipient;
      return { vaultKey: { vaultAddress, enginePath, keyName } };
    }
    case 'age':
      return { ageKey: { recipient: recipient.recipient } };
    case 'hckms':
      return { hckmsKey: { keyId: recipient.keyId } };
  }
}

/** The recipient of a message; undefined where it has none, several, or one of a later version of the protocol. */
export function recipientOf(message: KeyMessage | null | undefined): Recipient | undefined {
  if (!message) return undefined;
  const { kmsKey, pgpKey, gcpKmsKey, azureKeyvaultKey, vaultKey, ageKey, hckmsKey } = message;
  const all: readonly (Recipient | undefined)[] = [
    kmsKey && {
      kind: 'kms',
      arn: kmsKey.arn,
      ...(kmsKey.role ? { role: kmsKey.role } : {}),
      ...(Object.keys(kmsKey.context).length > 0 ? { context: kmsKey.context } : {}),
      awsProfile: kmsKey.awsProfile,
    },
    pgpKey && { kind: 'pgp', fp: pgpKey.fingerprint },
    gcpKmsKey && { kind: 'gcp_kms', ...gcpKmsKey },
    azureKeyvaultKey && { kind: 'azure_kv', ...azureKeyvaultKey },
    vaultKey && { kind: 'hc_vault', ...vaultKey },
    ageKey && { kind: 'age', ...ageKey },
    hckmsKey && { kind: 'hckms', ...hckmsKey },
  ];
  const [first, ...others] = all.filter((one) => one !== undefined);
  return others.length === 0 ? first : undefined;
}
