import type { Command } from 'commander';
import { SopsError } from '../model/sops-error';
import { parseAzureUrl, parseVaultUri } from '../recipients/recipient-text';
import type { Recipient } from '../recipients/recipient';

/** Kinds of recipients by their flag, with the variable that is its default. */
const kinds = [
  { flag: 'kms', short: 'k', variable: 'SOPS_KMS_ARN', what: 'AWS KMS key or alias ARNs' },
  { flag: 'pgp', short: 'p', variable: 'SOPS_PGP_FP', what: 'PGP fingerprints' },
  { flag: 'age', short: 'a', variable: 'SOPS_AGE_RECIPIENTS', what: 'age recipients' },
  { flag: 'gcp-kms', short: undefined, variable: 'SOPS_GCP_KMS_IDS', what: 'GCP KMS resource ids' },
  { flag: 'hckms', short: undefined, variable: 'SOPS_HUAWEICLOUD_KMS_IDS', what: 'HuaweiCloud KMS key ids' },
  {
    flag: 'azure-kv',
    short: undefined,
    variable: 'SOPS_AZURE_KEYVAULT_URLS',
    what: 'Azure Key Vault key URLs',
  },
  { flag: 'hc-vault-transit', short: undefined, variable: 'SOPS_VAULT_URIS', what: 'Vault transit key URIs' },
] as const;

type Flag = (typeof kinds)[number]['flag'];

/** Options as commander gives them, by camel-case name. */
export type Flags = Readonly<Record<string, unknown>>;

/** Adds the flags for the recipients of a new file. */
export function addRecipientFlags(command: Command): Command {
  for (const { flag, short, what } of kinds)
    command.option(`${short ? `-${short}, ` : ''}--${flag} <list>`, `comma separated list of ${what}`);
  return command
    .option('--aws-profile <name>', 'the AWS profile to use for requests to AWS')
    .option('--encryption-context <pairs>', 'comma separated list of KMS encryption context key:value pairs');
}

/** Adds the flags that change the recipients of a file. */
export function addChangeFlags(command: Command): Command {
  for (const { flag, what } of kinds) {
    command.option(`--add-${flag} <list>`, `add ${what}`).option(`--rm-${flag} <list>`, `remove ${what}`);
  }
  return command
    .option('--aws-profile <name>', 'the AWS profile of added KMS keys')
    .option('--encryption-context <pairs>', 'encryption context of added KMS keys');
}

/** The recipients of the flags, else of their variables. */
export function recipientsOf(flags: Flags): readonly Recipient[] {
  return kinds.flatMap(({ flag, variable }) =>
    parseList(flag, textOf(flags, flag) ?? process.env[variable] ?? '', flags),
  );
}

/** Recipients of the flags `--add-…` or `--rm-…`. */
export const changedRecipients = (change: 'add' | 'rm', flags: Flags): readonly Recipient[] =>
  kinds.flatMap(({ flag }) => parseList(flag, textOf(flags, `${change}-${flag}`) ?? '', flags));

const camel = (name: string) => name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** The text of an option; undefined without it. */
export function textOf(flags: Flags, name: string): string | undefined {
  const value = flags[camel(name)];
  return typeof value === 'string' ? value : undefined;
}

/** The number of an option; undefined without it. @throws SopsError `badUsage` */
export function numberOf(flags: Flags, name: string): number | undefined {
  const text = textOf(flags, name);
  if (text === undefined) return undefined;
  if (/^[0-9]{1,9}$/.test(text)) return Number(text);
  throw new SopsError('badUsage', { what: 'not a number', where: `--${name}`, fix: 'Pass a whole number.' });
}

function parseList(flag: Flag, list: string, flags: Flags): readonly Recipient[] {
  const texts = list
    .split(',')
    .map((text) => text.replaceAll(/\s/g, ''))
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
