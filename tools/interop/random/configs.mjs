/**
 * A `.sops.yaml` at random: valid ones, and ones with every field in a wrong type, as YAML in block or flow style, with anchors,
 * merge keys and each encoding that go-yaml reads. Recipients are `{a}`, `{b}` and `{c}`.
 */
import fc from 'fast-check';

/** Text that is put into the YAML as it is: an alias. */
const raw = (text) => ({ raw: text });
const scalars = [null, '', 'x', 0, 1, 2, 3, -1, true, false, '2', 'true', [], {}, ['x'], { k: 'v' }];
const oneOf = (...values) => fc.constantFrom(...values);
/** Mostly a valid value, sometimes any other one. */
const mostly = (arbitrary) =>
  fc.oneof({ arbitrary, weight: 12 }, { arbitrary: oneOf(...scalars), weight: 1 });

const ages = mostly(
  oneOf(
    '{a}',
    '{a},{b}',
    ' {a} , {b},',
    ['{a}'],
    ['{a}', '{b}'],
    ['{a},{c}'],
    raw('*list'),
    [raw('*one')],
    '{a}\n',
  ),
);
const group = mostly(
  fc.record(
    {
      age: mostly(oneOf(['{a}'], ['{b}', '{c}'], ['{a},{b}'], raw('*list'), ['{a}', '{a}'], [])),
      merge: oneOf([{ age: ['{c}'] }], [{ merge: [{ age: ['{a}'] }] }], [{}], raw('*groups')),
      pgp: oneOf([], null),
    },
    { requiredKeys: ['age'] },
  ),
);
const regex = oneOf('^s', 'secret', '(?i)SECRET', '^(a|b)$', 'k{1,2}', '\\bx', '.', '[[:alpha:]]');
const rule = mostly(
  fc
    .record(
      {
        path_regex: mostly(
          oneOf(
            '',
            '.*',
            'app',
            '\\.yaml$',
            '^sub/',
            '^app\\.',
            '(?i)APP',
            'nothing',
            '(',
            'app.json|text',
            '^/',
            raw('*path'),
          ),
        ),
        age: ages,
        key_groups: mostly(fc.oneof(fc.array(group, { maxLength: 3 }), oneOf(raw('*groups')))),
        shamir_threshold: mostly(oneOf(0, 1, 2, 2, 3, '2', 0x2)),
        unencrypted_suffix: mostly(oneOf('_unencrypted', '_p', '')),
        encrypted_suffix: mostly(oneOf('secret', '')),
        unencrypted_regex: mostly(regex),
        encrypted_regex: mostly(regex),
        unencrypted_comment_regex: mostly(oneOf('note', '')),
        encrypted_comment_regex: mostly(oneOf('encrypt', '')),
        mac_only_encrypted: mostly(oneOf(true, false, raw('yes'), raw('on'), raw('True'), 'true')),
        aws_profile: oneOf('p', null),
        unknown: oneOf(1, {}),
        '<<': mostly(oneOf(raw('*rule'), raw('[*rule, *other]'), raw('[*other, *rule]'), { age: '{b}' }, [])),
      },
      { requiredKeys: [] },
    )
    // All fields at once say little: a few at a time.
    .chain((fields) => fc.subarray(Object.keys(fields), { maxLength: 5 }).map((keys) => pick(fields, keys))),
);
const pick = (fields, keys) => Object.fromEntries(keys.map((key) => [key, fields[key]]));
const indent = mostly(oneOf(0, 1, 2, 3, 4, 8, 9, 10, '2', -1));
const stores = mostly(
  fc.record(
    {
      yaml: mostly(fc.record({ indent })),
      json: mostly(fc.record({ indent })),
      json_binary: mostly(fc.record({ indent })),
      dotenv: oneOf({}, null),
      ini: oneOf({}),
    },
    { requiredKeys: [] },
  ),
);
const root = fc.record(
  {
    creation_rules: fc.oneof(
      { arbitrary: fc.array(rule, { minLength: 1, maxLength: 3 }), weight: 15 },
      { arbitrary: oneOf(...scalars), weight: 1 },
    ),
    stores,
    destination_rules: oneOf(
      [],
      [{ s3_bucket: 'b', path_regex: '' }],
      [{ recreation_rule: { age: '{a}' } }],
      5,
      null,
    ),
    other: oneOf(1, [1]),
  },
  { requiredKeys: ['creation_rules'] },
);

const anchors = `anchors:
  - &one '{a}'
  - &list ['{b}', '{a}']
  - &path app
  - &groups [{age: ['{b}']}, {age: ['{c}']}]
  - &rule {age: '{c}', encrypted_regex: secret}
  - &other
    path_regex: app
    mac_only_encrypted: true
    age: '{b}'
`;

const quoted = (text) => JSON.stringify(text);
function flow(value) {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (value === null || typeof value !== 'object') return value === null ? 'null' : quoted(value);
  if (value.raw !== undefined) return value.raw;
  const items = Object.entries(value).map(
    ([key, inner]) => `${key === '<<' ? key : quoted(key)}: ${flow(inner)}`,
  );
  return `{${items.join(', ')}}`;
}
function block(value, depth = 0) {
  const margin = ' '.repeat(depth);
  const isInner = (inner) =>
    inner !== null && typeof inner === 'object' && inner.raw === undefined && Object.keys(inner).length > 0;
  if (!isInner(value)) return `${margin}${flow(value)}\n`;
  const entries = Array.isArray(value) ? value.map((inner) => ['-', inner]) : Object.entries(value);
  return entries
    .map(([key, inner]) => {
      const name = key === '-' ? '-' : `${key}:`;
      if (!isInner(inner)) return `${margin}${name} ${flow(inner)}\n`;
      return key === '-'
        ? `${margin}- ${block(inner, depth + 2).slice(depth + 2)}`
        : `${margin}${name}\n${block(inner, depth + 2)}`;
    })
    .join('');
}

const start = oneOf('', '', '', '---\n', '# comment\n', '%YAML 1.1\n---\n', '\n\n');
const end = oneOf(
  '',
  '',
  '',
  '...\n',
  '---\nsecond: 1\n',
  '# end',
  'creation_rules: []\n',
  'key: [\n',
  '\tx: 1\n',
  '\u0000',
);
const utf16 = (text) => Buffer.from(`\ufeff${text}`, 'utf16le');
const encodings = {
  'utf-8': (text) => Buffer.from(text),
  bom: (text) => Buffer.from(`\ufeff${text}`),
  'utf-16le': utf16,
  'utf-16be': (text) => utf16(text).swap16(),
  'utf-16le without a mark': (text) => Buffer.from(text, 'utf16le'),
  crlf: (text) => Buffer.from(text.replaceAll('\n', '\r\n')),
  'latin-1': (text) => Buffer.from(`# ü\n${text}`, 'latin1'),
};

/** `{ text, encoding, bytes, args }`: a configuration, and the arguments to `encrypt --output out` in its folder. */
export const config = fc
  .record({
    root,
    style: oneOf('block', 'flow'),
    start,
    end: fc.oneof({ arbitrary: fc.constant(''), weight: 4 }, { arbitrary: end, weight: 1 }),
    encoding: fc.oneof(
      { arbitrary: fc.constant('utf-8'), weight: 6 },
      { arbitrary: oneOf(...Object.keys(encodings)), weight: 1 },
    ),
    file: oneOf('app.yaml', 'app.yaml', 'sub/app.yaml', 'app.json', 'text.bin'),
    flags: oneOf([], [], [], [], ['--age', '{b}'], ['--encrypted-regex', 'c'], ['--indent', '3']),
    place: oneOf('.sops.yaml', '.sops.yaml', '.sops.yaml', 'sub/.sops.yaml', '.sops.yml', 'named.yaml'),
  })
  .map(({ root: content, style, start: head, end: tail, encoding, file, flags, place }) => {
    const body =
      style === 'block'
        ? block(content)
        : `${Object.entries(content)
            .map(([key, value]) => `${key}: ${flow(value)}\n`)
            .join('')}`;
    const text = `${head}${anchors}${body}${tail}`;
    const named = place === 'named.yaml' ? ['--config', place] : [];
    return { text, encoding, place, args: [...named, 'encrypt', ...flags, '--output', 'out', file] };
  });

/** The bytes of a configuration in its encoding. */
export const encoded = (text, encoding) => encodings[encoding](text);
