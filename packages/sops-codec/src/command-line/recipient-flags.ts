import { SopsError } from '../model/sops-error';
import { parseAzureUrl, parseVaultUri } from '../recipients/recipient-text';
import type { Recipient } from '../recipients/recipient';
import { textOf, textsOf, type Flags } from './arguments/flag';

/** Kinds of recipients by their flag, in the order in which sops puts them into a group. */
const kinds = ['kms', 'gcp-kms', 'hckms', 'azure-kv', 'pgp', 'hc-vault-transit', 'age'] as const;

type Flag = (typeof kinds)[number];

/** The recipients of the flags, which have the variables as defaults. */
export const recipientsOf = (flags: Flags): readonly Recipient[] =>
  kinds.flatMap((flag) => parseList(flag, textOf(flags, flag) ?? '', flags));

/** The recipients of a new group, where each flag can be given several times. */
export const groupRecipientsOf = (flags: Flags): readonly Recipient[] =>
  kinds.flatMap((flag) => textsOf(flags, flag).flatMap((text) => parseList(flag, text, flags)));

/** Recipients of the flags `--add-…` or `--rm-…`. */
export const changedRecipients = (change: 'add' | 'rm', flags: Flags): readonly Recipient[] =>
  kinds.flatMap((flag) => parseList(flag, textOf(flags, `${change}-${flag}`) ?? '', flags));

function parseList(flag: Flag, list: string, flags: Flags): readonly Recipient[] {
  const texts = list
    .split(',')
    // The line of an SSH key has blanks in it.
    .map((text) => (flag === 'age' ? text.trim() : text.replaceAll(/\s/g, '')))
    .filter(Boolean);
  return texts.map((text) => parseRecipient(flag, text, flags));
}

function parseRecipient(flag: Flag, text: string, flags: Flags): Recipient {
  switch (flag) {
    case 'kms': {
      const cut = text.indexOf('+arn:');
      const context = contextOf(textOf(flags, 'encryption-context'));
      return {
        kind: 'kms',
        arn: cut < 0 ? text : text.slice(0, cut),
        ...(cut < 0 ? {} : { role: text.slice(cut + 1) }),
        ...(context ? { context } : {}),
        awsProfile: textOf(flags, 'aws-profile') ?? '',
      };
    }
    case 'pgp':
      return { kind: 'pgp', fp: text };
    case 'age':
      return { kind: 'age', recipient: text };
    case 'gcp-kms':
      return { kind: 'gcp_kms', resourceId: text };
    case 'hckms':
      return { kind: 'hckms', keyId: text };
    case 'azure-kv':
      return parseAzureUrl(text);
    case 'hc-vault-transit':
      return parseVaultUri(text);
  }
}

/** `k1:v1,k2:v2`. @throws SopsError `badKmsContext` for a pair without exactly one colon */
export function contextOf(text: string | undefined): Readonly<Record<string, string>> | undefined {
  if (text === undefined || text === '') return undefined;
  const pairs = text.split(',').map((pair) => pair.split(':').map((part) => part.trim()));
  if (pairs.every((pair) => pair.length === 2)) return Object.fromEntries(pairs) as Record<string, string>;
  throw new SopsError('badKmsContext', {
    what: 'not a KMS encryption context',
    where: '--encryption-context',
    fix: 'Write it as key:value,key:value.',
  });
}
