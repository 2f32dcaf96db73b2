import { withDataKey } from '../data-key/with-data-key';
import { decrypt } from '../file/decrypt';
import { parse, writePlain } from '../file/parse';
import { writeJson } from '../formats/json/write';
import { writeYamlValue } from '../formats/yaml/write';
import { getValue } from '../model/path';
import { SopsError } from '../model/sops-error';
import type { Document, Format, Value } from '../model/tree';
import { keyringOf, layoutOf } from './environment';
import { inputFormat, outputFormat, readInput } from './input';
import { assertOnePlace, writeResult } from './output';
import { textOf, type Flags } from './arguments/flag';
import { parseTreePath } from './tree-path';

/** `sops-codec decrypt [file]`. */
export async function decryptCommand(file: string | undefined, flags: Flags): Promise<void> {
  assertOnePlace(file, flags);
  const path = parseTreePath(textOf(flags, 'extract') ?? '');
  const keyring = keyringOf(flags);
  const encrypted = parse(await readInput(file), inputFormat(file, flags));
  const decrypting = decrypt(encrypted, keyring, { ignoreMac: flags['ignoreMac'] === true });
  const documents = await withDataKey(decrypting, (decrypted) => decrypted.documents);
  const format = outputFormat(file, flags);
  const bytes =
    path.length > 0
      ? await extracted(documents, path, format, flags)
      : writePlain(documents, format, await layoutOf(flags, format));
  await writeResult({ bytes, isPlaintext: true }, file, flags);
}

/** One value: a string as it is, a mapping as a document, anything else as the format writes it. */
async function extracted(
  documents: readonly Document[],
  path: readonly (string | number)[],
  format: Format,
  flags: Flags,
): Promise<Uint8Array> {
  const value = getValue(documents, path);
  if (value === undefined) {
    throw new SopsError('pathNotFound', {
      what: 'the path does not exist in the file',
      where: path.map(String).join(' → '),
      fix: 'Look at the keys of the file: they are not encrypted.',
    });
  }
  if (value.kind === 'str') return Buffer.from(value.text);
  if (value.kind === 'bytes') return value.bytes;
  const layout = await layoutOf(flags, format);
  if (value.kind === 'map') return writePlain([value], format, layout);
  return Buffer.from(valueText(value, format, layout.indent));
}

function valueText(value: Value, format: Format, indent: number | undefined): string {
  if (format === 'yaml') return writeYamlValue(value);
  if (format === 'json') return writeJson(value, indent ?? -1);
  throw new SopsError('unserializable', {
    what: `a single value that is not a text cannot be written as ${format}`,
    fix: 'Pass --output-type=json, or extract its parent.',
  });
}
