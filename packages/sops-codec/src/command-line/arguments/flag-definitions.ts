import type { FlagDefinition } from './flag';

type More = Omit<FlagDefinition, 'kind' | 'names' | 'what'>;
/** @param names parted by commas, as in the help */
const define =
  (kind: FlagDefinition['kind']) =>
  (names: string, what: string, more: More = {}): FlagDefinition => {
    const [first = '', ...others] = names.split(', ');
    return { kind, names: [first, ...others], what, ...more };
  };
export const bool = define('bool');
export const text = define('text');
export const int = define('int');
export const list = define('list');

/** Kinds of recipients: flag, short flag, variable, description. Source of all tables here: sops `cmd/sops/main.go` */
const kinds = [
  ['kms', 'k', 'SOPS_KMS_ARN', 'AWS KMS key or alias ARNs'],
  ['gcp-kms', '', 'SOPS_GCP_KMS_IDS', 'GCP KMS resource ids'],
  ['hckms', '', 'SOPS_HUAWEICLOUD_KMS_IDS', 'HuaweiCloud KMS key ids'],
  ['azure-kv', '', 'SOPS_AZURE_KEYVAULT_URLS', 'Azure Key Vault key URLs'],
  ['hc-vault-transit', '', 'SOPS_VAULT_URIS', 'Vault transit key URIs'],
  ['pgp', 'p', 'SOPS_PGP_FP', 'PGP fingerprints'],
  ['age', 'a', 'SOPS_AGE_RECIPIENTS', 'age recipients'],
] as const;

const profile = text('aws-profile', 'the AWS profile to use for requests to AWS');
const context = text('encryption-context', 'comma separated list of KMS encryption context key:value pairs');
export const threshold = int(
  'shamir-secret-sharing-threshold',
  'how many groups are needed to decrypt a file',
);

/** The recipients of a new file. */
export const recipients: readonly FlagDefinition[] = [
  ...kinds.map(([name, short, variable, what]) =>
    text([name, short].filter(Boolean).join(', '), `comma separated list of ${what}`, { variable }),
  ),
  profile,
  context,
];

/** The recipients of a new group: one for each time that a flag is given. */
export const groupRecipients: readonly FlagDefinition[] = [
  ...kinds.map(([name, , , what]) => list(name, `one of the ${what}; can be given several times`)),
  profile,
  context,
];

/** Changes of the recipients of a file. */
export const changes: readonly FlagDefinition[] = kinds.flatMap(([name, , , what]) => [
  text(`add-${name}`, `add a comma separated list of ${what}`),
  text(`rm-${name}`, `remove a comma separated list of ${what}`),
]);

const formats = 'yaml, json, dotenv, ini or binary; by default from the name';
export const inputType = text('input-type', formats);
export const outputType = text('output-type', formats);
export const types: readonly FlagDefinition[] = [inputType, outputType];
export const inPlace = bool('in-place, i', 'write to the file instead of standard output');
export const output: readonly FlagDefinition[] = [inPlace, text('output', 'write to this file')];
export const nameOverride = text(
  'filename-override',
  'the name that selects the creation rule and the format, instead of that of the file',
);
export const ignoreMac = bool('ignore-mac', 'accept a missing or wrong MAC');
export const decryptionOrder = text(
  'decryption-order',
  'kinds of recipients, in the order in which to try them',
  {
    variable: 'SOPS_DECRYPTION_ORDER',
  },
);
export const showMasterKeys = bool('show-master-keys, s', 'show the SOPS metadata in the editor, too');
export const user = text('user', 'the user to run the command as');
export const background = bool('background', 'do not wait for the command (deprecated)');
export const yes = bool('yes, y', 'do not ask for confirmation');
export const verbose = bool('verbose', 'accepted for compatibility');
export const keyServiceFlags: readonly FlagDefinition[] = [
  text('network, net', 'the network to listen on: tcp or unix', { initial: 'tcp' }),
  text('address, addr', 'the address to listen on: 127.0.0.1:5000, or the path of a socket', {
    initial: '127.0.0.1:5000',
  }),
  bool('prompt', 'ask for confirmation of each request'),
  bool('verbose', 'print each request and how it ended'),
];
export const help = bool('help, h', 'show help');

/** What is encrypted in a new file. */
export const selection: readonly FlagDefinition[] = [
  text('unencrypted-suffix', 'do not encrypt keys with this suffix'),
  text('encrypted-suffix', 'encrypt only keys with this suffix'),
  text('unencrypted-regex', 'do not encrypt matching keys'),
  text('encrypted-regex', 'encrypt only matching keys'),
];

/** Key services. */
export const keyServices: readonly FlagDefinition[] = [
  bool('enable-local-keyservice', 'use the keys of this machine', {
    variable: 'SOPS_ENABLE_LOCAL_KEYSERVICE',
    initial: true,
  }),
  list('keyservice', 'a key service to ask as well: tcp://<host>:<port> or unix://<path>', {
    variable: 'SOPS_KEYSERVICE',
  }),
];

/** Flags in front of a command; without a command, what it does is a flag, too. */
export const rootFlags: readonly FlagDefinition[] = [
  bool('decrypt, d', 'decrypt a file'),
  bool('encrypt, e', 'encrypt a file'),
  bool('rotate, r', 'encrypt with a new data key'),
  bool('disable-version-check', 'accepted for compatibility: new versions are never checked for', {
    variable: 'SOPS_DISABLE_VERSION_CHECK',
  }),
  bool('check-for-updates', 'accepted for compatibility: new versions are never checked for'),
  ...recipients,
  ...output,
  text('extract', 'one value, with -d: ["key"][0]'),
  ...types,
  showMasterKeys,
  ...changes,
  ignoreMac,
  bool('mac-only-encrypted', 'compute the MAC over encrypted values only'),
  ...selection,
  text('unencrypted-comment-regex', 'do not encrypt values below a matching comment'),
  text('encrypted-comment-regex', 'encrypt only values below a matching comment'),
  text('config', 'configuration file, instead of the nearest .sops.yaml', { variable: 'SOPS_CONFIG' }),
  text('set', `a path and a value: '["key"] "text"'`),
  threshold,
  int('indent', 'blanks per level of the output'),
  verbose,
  nameOverride,
  decryptionOrder,
  ...keyServices,
  help,
  bool('version, v', 'print the versions of this package and of the sops that it follows'),
];
