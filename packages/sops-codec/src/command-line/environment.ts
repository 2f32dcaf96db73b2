import type { Layout } from '../formats/codec/format-codec';
import { SopsError } from '../model/sops-error';
import { createKeyring, type Keyring } from '../recipients/keyring';
import type { Format } from '../model/tree';
import { findStores } from './find-config';
import { textOf, type Flags } from './recipient-flags';

/** The keyring of the environment and the flags. */
export const keyringOf = (flags: Flags): Keyring => createKeyring({ decryptionOrder: orderOf(flags) });

/** Kinds of recipients in the order in which they are tried. @throws SopsError `duplicateKeyType` */
function orderOf(flags: Flags): readonly string[] {
  const text = textOf(flags, 'decryption-order') ?? process.env['SOPS_DECRYPTION_ORDER'] ?? 'age,pgp';
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
export function layoutOf(flags: Flags, format: Format): Layout {
  const stores = findStores(flags);
  const text = textOf(flags, 'indent');
  if (text === undefined) return stores[format] ?? {};
  if (/^-?[0-9]{1,6}$/.test(text)) return { indent: Number(text) };
  throw new SopsError('badUsage', {
    what: 'not an indentation',
    where: '--indent',
    fix: 'Pass a number of blanks, for example 2 or 4.',
  });
}
