import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createKeyring,
  decrypt,
  parse,
  serialize,
  writePlain,
  type Document,
  type Format,
  type Keyring,
  type Value,
} from '../src';

const folder = join(__dirname, 'vectors/sops-3.13.3');
const read = (path: string) => readFileSync(join(folder, path));

interface Vector {
  readonly name: string;
  readonly format: Format;
  readonly encrypted: string;
  readonly expected: string;
  readonly tree: string;
  readonly dataKeyHex: string;
  readonly origin: string;
  readonly options: { readonly args: readonly string[]; readonly config?: string };
  readonly decryptableWith: readonly (readonly { readonly type: string; readonly identityFile?: string }[])[];
}

const vectors = JSON.parse(read('index.json').toString()) as readonly Vector[];

/** Where our text is another than sops's on purpose; the values are the same. */
const otherText: ReadonlySet<string> = new Set([
  'yaml-indent-2', // indent from a configuration
  'json-indent-2',
  'bin-indent-2',
  'ini-quotes', // quotes that belong to the value are kept
  'yaml-line-separators',
]);

/** sops reads a comment of these elsewhere than it wrote it, or not at all, and so do we. */
const unstable: ReadonlySet<string> = new Set([
  'yaml-alias-comments',
  'yaml-comments-map',
  'yaml-comments-empty-containers',
]);

/** A keyring that knows the data key of a vector: values and MAC are tested without any key service. */
const knowing = (hex: string): Keyring => ({
  unwrap: () => Promise.resolve(Buffer.from(hex, 'hex')),
  wrap: () => Promise.reject(new Error('not asked for')),
});

const open = async ({ encrypted, format, dataKeyHex }: Vector) => {
  const file = parse(read(encrypted), format);
  const oneGroup = {
    ...file,
    metadata: { ...file.metadata, groups: file.metadata.groups.slice(0, 1), shamirThreshold: 0 },
  };
  return { file, opened: await decrypt(oneGroup, knowing(dataKeyHex)) };
};

describe.each(vectors.map((vector) => [vector.name, vector] as const))('%s', (name, vector) => {
  test('decrypts to the text that sops prints', async () => {
    const { opened } = await open(vector);
    const text = Buffer.from(writePlain(opened.documents, vector.format)).toString('latin1');
    if (!otherText.has(name)) expect(text).toBe(read(vector.expected).toString('latin1'));
  });

  test('decrypts to the typed values', async () => {
    const { opened } = await open(vector);
    expect(opened.documents.map(typed)).toEqual(
      (JSON.parse(read(vector.tree).toString()) as Typed[]).map(withoutComments),
    );
  });

  if (vector.origin === 'sops-3.13.3' && !otherText.has(name) && !unstable.has(name)) {
    test('is written again byte for byte', async () => {
      const { file } = await open(vector);
      expect(Buffer.from(serialize(file)).toString('latin1')).toBe(read(vector.encrypted).toString('latin1'));
    });
  }
});

const withAge = vectors.flatMap((vector) =>
  vector.decryptableWith
    .filter((identities) => identities.every(({ type }) => type === 'age'))
    .map((identities) => [vector.name, vector, identities] as const),
);

test.each(withAge)('%s opens with its age identities', async (_, vector, identities) => {
  const texts = identities.flatMap(({ identityFile }) =>
    read(identityFile ?? '')
      .toString()
      .split('\n'),
  );
  const keyring = createKeyring({
    age: { identities: texts.filter((line) => line.startsWith('AGE-SECRET-KEY-')) },
  });
  const opened = await decrypt(parse(read(vector.encrypted), vector.format), keyring);
  expect(Buffer.from(opened.dataKey).toString('hex')).toBe(vector.dataKeyHex);
});

type Typed = { t: string; v?: unknown; b64?: string };

/** Our values in the form of the vectors' trees, without comments: where a comment is is a matter of text. */
function typed(value: Value | Document): Typed {
  switch (value.kind) {
    case 'map':
      return {
        t: 'map',
        v: value.items.flatMap((item) => (item.kind === 'item' ? [[item.key, typed(item.value)]] : [])),
      };
    case 'list':
      return {
        t: 'list',
        v: value.elements.flatMap((element) => (element.kind === 'comment' ? [] : [typed(element)])),
      };
    case 'bytes':
      return { t: 'str', b64: Buffer.from(value.bytes).toString('base64') };
    case 'str':
    case 'time':
      return { t: value.kind, v: value.text };
    case 'int':
      return { t: 'int', v: value.value.toString() };
    case 'float':
      return { t: 'float', v: value.value };
    case 'bool':
      return { t: 'bool', v: value.value };
    case 'null':
      return { t: 'null' };
  }
}

function withoutComments(node: Typed): Typed {
  if (node.t === 'float') return { t: 'float', v: floatOf(String(node.v)) };
  if (node.t === 'null') return { t: 'null' };
  if (node.t === 'list')
    return { t: 'list', v: (node.v as Typed[]).filter(({ t }) => t !== 'comment').map(withoutComments) };
  if (node.t !== 'map') return node;
  const items = (node.v as (Typed | [string, Typed])[]).filter((item): item is [string, Typed] =>
    Array.isArray(item),
  );
  return { t: 'map', v: items.map(([key, value]) => [key, withoutComments(value)]) };
}

const floatOf = (text: string) =>
  /inf/i.test(text) ? (text.startsWith('-') ? -Infinity : Infinity) : Number(text);
