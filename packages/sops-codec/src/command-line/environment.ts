import type { Layout } from '../formats/codec/format-codec';
import { layoutOf as layoutOfContent } from '../formats/layout-of';
import { SopsError } from '../model/sops-error';
import { withKeyServices } from '../key-service/with-key-services';
import type { AgeOptions } from '../recipients/age-options';
import { createKeyring, type Keyring, type KeyringOptions } from '../recipients/keyring';
import type { Format } from '../model/tree';
import { escapeControlCharacters } from './escape-control-characters';
import { findStores } from './find-stores';
import { numberOf, textOf, textsOf, type Flags } from './arguments/flag';

/** The keyring of the environment and the flags: the keys of this machine first, then key services, as in sops. */
export function keyringOf(flags: Flags, more: Pick<KeyringOptions, 'rememberFor'> = {}): Keyring {
  const local = createKeyring({ decryptionOrder: orderOf(flags), age: ageOptions(), ...more });
  const exceptLocal = flags['enableLocalKeyservice'] === false;
  const services = textsOf(flags, 'keyservice').filter((uri) => uri !== '');
  if (services.length > 0) return withKeyServices(local, services, { exceptLocal });
  return exceptLocal ? withoutKeys : local;
}

/** Plugins of age run only where a variable of our own names them: `SOPS_CODEC_AGE_PLUGINS=yubikey,tpm`. */
const ageOptions = (): AgeOptions => ({
  plugins: (process.env['SOPS_CODEC_AGE_PLUGINS'] ?? '').split(/[\s,]+/).filter(Boolean),
  ask: async (question) => (await import('./ask-terminal.js')).askTerminal(question),
  tell: (message) => void process.stderr.write(`${escapeControlCharacters(message)}\n`),
});

const disabled = () =>
  Promise.reject(
    new SopsError('noDataKey', {
      what: 'the keys of this machine are disabled, and no key service is named',
      where: '--enable-local-keyservice, SOPS_ENABLE_LOCAL_KEYSERVICE',
      fix: 'Name one with --keyservice=tcp://<host>:<port> or SOPS_KEYSERVICE, or remove the flag or the variable.',
    }),
  );

/** For `--enable-local-keyservice=false`. */
const withoutKeys: Keyring = { wrap: disabled, unwrap: disabled };

/** Kinds of recipients in the order in which they are tried. @throws SopsError `duplicateKeyType` */
function orderOf(flags: Flags): readonly string[] {
  const text = textOf(flags, 'decryption-order') ?? 'age,pgp';
  const kinds = text
    .split(',')
    .map((kind) => kind.trim())
    .filter(Boolean);
  if (new Set(kinds).size === kinds.length) return kinds;
  throw new SopsError('duplicateKeyType', {
    what: 'the decryption order names a kind of recipient twice',
    where: text.slice(0, 80),
    fix: 'Name each once: age,pgp,kms.',
  });
}

/** Layout of the output: `--indent`, else the `stores` of the configuration. Each format checks the number. */
export async function layoutOf(flags: Flags, format: Format): Promise<Layout> {
  const stores = await findStores(flags);
  const indent = numberOf(flags, 'indent');
  return indent === undefined ? (stores[format] ?? {}) : { indent };
}

/** What a file was before it is changed. */
export interface Before {
  readonly content: Uint8Array;
  readonly format: Format;
}

/** Layout of a file that is changed: where neither a flag nor the configuration says otherwise, that which it has. */
export async function keptLayout(flags: Flags, format: Format, before: Before): Promise<Layout> {
  const layout = await layoutOf(flags, format);
  return layout.indent === undefined && before.format === format
    ? layoutOfContent(before.content, format)
    : layout;
}
