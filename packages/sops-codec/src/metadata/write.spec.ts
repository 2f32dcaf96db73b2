import { writeMetadata } from './write';
import type { Metadata } from './metadata';

const group = (name: string) => [
  { kind: 'age' as const, recipient: name, enc: 'x', createdAt: '2026-01-01T00:00:00Z' },
];
const metadata: Metadata = {
  groups: [group('one')],
  shamirThreshold: 0,
  lastModified: '2026-01-01T00:00:00Z',
  mac: 'm',
  rule: { kind: 'unencrypted_suffix', suffix: '_unencrypted' },
  hasExplicitRule: false,
  macOnlyEncrypted: false,
  version: '3.13.3',
  unknown: [],
};
const fields = (change: Partial<Metadata>) =>
  writeMetadata({ ...metadata, ...change }).items.map((item) => (item.kind === 'item' ? item.key : '#'));

/** As sops leaves empty fields out (`omitempty` in `stores/stores.go`). */
test.each<[string, Partial<Metadata>, readonly string[]]>([
  ['one group', {}, ['age', 'lastmodified', 'mac', 'version']],
  [
    'two groups without a threshold',
    { groups: [group('one'), group('two')] },
    ['key_groups', 'lastmodified', 'mac', 'version'],
  ],
  [
    'two groups with a threshold',
    { groups: [group('one'), group('two')], shamirThreshold: 1 },
    ['key_groups', 'lastmodified', 'mac', 'shamir_threshold', 'version'],
  ],
  ['a rule', { hasExplicitRule: true }, ['age', 'lastmodified', 'mac', 'unencrypted_suffix', 'version']],
  [
    'a MAC of encrypted values only',
    { macOnlyEncrypted: true },
    ['age', 'lastmodified', 'mac', 'mac_only_encrypted', 'version'],
  ],
])('%s: the fields that are written', (_, change, expected) => {
  expect(fields(change)).toEqual(expected);
});
