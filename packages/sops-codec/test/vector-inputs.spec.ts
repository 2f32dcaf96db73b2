import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decrypt, encrypt, parse, readPlain, serialize, writePlain, type Format, type Keyring } from '../src';
import { selectionRule, type SelectionRule } from '../src/rules/selection';

const folder = join(__dirname, 'vectors/sops-3.13.3');
const read = (path: string) => readFileSync(join(folder, path));

interface Vector {
  readonly name: string;
  readonly format: Format;
  readonly input: string;
  readonly expected: string;
  readonly origin: string;
  readonly options: { readonly rule: Readonly<Record<string, string>>; readonly macOnlyEncrypted: boolean };
}

/** Their text depends on a configuration of their own, or is not the plain input but a changed file. */
const isOther = ({ name, origin }: Vector) =>
  origin !== 'sops-3.13.3' || name.startsWith('op-') || name.endsWith('-indent-2');

/** Where the text of sops loses something, or moves it: docs/compatibility.md. */
const otherText: ReadonlySet<string> = new Set(['yaml-line-separators']);

/** sops moves comments of these each time that it reads them. */
const movedComments: ReadonlySet<string> = new Set(['yaml-alias-comments', 'yaml-comments-empty-containers']);
const withoutComments = (text: string) => text.replace(/^ *#.*\n/gm, '');

const vectors = (JSON.parse(read('index.json').toString()) as readonly Vector[]).filter(
  (vector) => !isOther(vector),
);

const keyring: Keyring = {
  wrap: (_, key) => Promise.resolve(Buffer.from(key).toString('base64')),
  unwrap: ({ enc }) => Promise.resolve(Buffer.from(enc, 'base64')),
};
const groups = [[{ kind: 'age' as const, recipient: 'age1test' }]];

test('there are more than 150', () => {
  expect(vectors.length).toBeGreaterThan(150);
});

test.each(vectors.map((vector) => [vector.name, vector] as const))(
  '%s: encrypted, written, read and decrypted, it is the text that sops prints',
  async (name, { format, input, expected, options }) => {
    const { macOnlyEncrypted } = options;
    const rule = ruleOf(options.rule);
    const documents = readPlain(read(input), format);
    const file = await encrypt(documents, { format, groups, rule, macOnlyEncrypted }, keyring);
    const decrypted = await decrypt(parse(serialize(file), format), keyring);
    const texts = [writePlain(decrypted.documents, format), read(expected)].map((bytes) =>
      Buffer.from(bytes).toString('latin1'),
    );
    const [ours, theirs] = movedComments.has(name) ? texts.map(withoutComments) : texts;
    if (otherText.has(name)) expect(ours).not.toBe(theirs);
    else expect(ours).toBe(theirs);
  },
);

function ruleOf(rule: Readonly<Record<string, string>>): SelectionRule | undefined {
  const [kind, text = ''] = Object.entries(rule)[0] ?? [];
  return kind === undefined ? undefined : selectionRule(kind as SelectionRule['kind'], text);
}
