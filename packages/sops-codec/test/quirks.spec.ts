import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decrypt, encrypt, parse, readPlain, serialize, writePlain, type Document } from '../src';
import { selectionRule, type SelectionRule } from '../src/rules/selection';
import type { Format, Keyring } from '../src';

const folder = join(__dirname, 'vectors/sops-3.13.3');
const read = (path: string) => readFileSync(join(folder, path));

/** Files that sops 3.13.3 loses something of: it encrypts them wrongly, prints them wrongly, or cannot read them. */
interface Quirk {
  readonly name: string;
  readonly format: Format;
  readonly input: string;
  readonly encrypted: string;
  readonly dataKeyHex: string;
  readonly options: { readonly rule: Readonly<Record<string, string>> };
}
const quirks = JSON.parse(read('quirks.json').toString()) as readonly Quirk[];

/** What is lost in the file that sops wrote already: it is not decrypted; by error code. */
const lostInFile: Readonly<Record<string, string>> = {
  'quirk-clear-negative-zero': 'macMismatch',
  'quirk-clear-negative-zero-json': 'macMismatch',
  'quirk-leading-tab-multiline-clear': 'macMismatch',
  'quirk-literal-merge-key': 'syntax',
  'quirk-ini-dash-keys': 'macMismatch',
  'quirk-list-blank-multiline-clear': 'syntax',
  'quirk-ini-quoted-value-clear': 'macMismatch',
};
/** Printed as sops prints it, and read as sops reads that: the float -0 becomes the int 0. */
const printedAsSops = new Set(['quirk-clear-negative-zero', 'quirk-clear-negative-zero-json']);

const keyring: Keyring = {
  wrap: (_, key) => Promise.resolve(Buffer.from(key).toString('base64')),
  unwrap: ({ enc }) => Promise.resolve(Buffer.from(enc, 'base64')),
};
const knowing = (hex: string): Keyring => ({
  ...keyring,
  unwrap: () => Promise.resolve(Buffer.from(hex, 'hex')),
});

describe.each(quirks.map((quirk) => [quirk.name, quirk] as const))('%s', (name, quirk) => {
  const { format, input, encrypted, dataKeyHex } = quirk;
  const plain = withoutComments(readPlain(read(input), format));

  test('the file of sops opens to what was encrypted, or is refused', async () => {
    const opening = Promise.resolve().then(() =>
      decrypt(parse(read(encrypted), format), knowing(dataKeyHex)),
    );
    if (lostInFile[name]) return expect(opening).rejects.toMatchObject({ code: lostInFile[name] });
    expect(withoutComments((await opening).documents)).toEqual(plain);
  });

  test('nothing is lost in a file of ours', async () => {
    const file = await encrypt(
      readPlain(read(input), format),
      { format, groups, rule: ruleOf(quirk) },
      keyring,
    );
    const { documents } = await decrypt(parse(serialize(file), format), keyring);
    expect(withoutComments(documents)).toEqual(plain);
  });

  test('nor in what is printed', () => {
    const printed = withoutComments(readPlain(writePlain(readPlain(read(input), format), format), format));
    if (printedAsSops.has(name)) expect(printed).not.toEqual(plain);
    else expect(printed).toEqual(plain);
  });
});

const groups = [[{ kind: 'age' as const, recipient: 'age1test' }]];

function ruleOf({ options }: Quirk): SelectionRule {
  const [kind = '', text = ''] = Object.entries(options.rule)[0] ?? [];
  return selectionRule(kind as SelectionRule['kind'], text);
}

/** Comments of CRLF files move after a while, as in sops. */
function withoutComments(documents: readonly Document[]): unknown {
  const strip = (value: unknown): unknown => {
    if (Array.isArray(value))
      return value.filter((one) => (one as { kind?: string }).kind !== 'comment').map(strip);
    if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, strip(one)]));
  };
  return strip(documents);
}
