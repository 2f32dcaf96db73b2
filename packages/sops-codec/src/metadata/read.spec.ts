import { readPlain } from '../file/parse';
import { readMetadata } from './read';

const metadata = (more: Record<string, unknown>) => {
  const whole = {
    age: [{ recipient: 'a', enc: 'e' }],
    lastmodified: '2026-01-01T00:00:00Z',
    mac: 'm',
    version: '3.13.3',
    ...more,
  };
  const [document] = readPlain(JSON.stringify(whole), 'json');
  return readMetadata(document ?? { kind: 'map', items: [] });
};

// Each as sops 3.13.3 takes it: tools/interop/suites/codec-metadata.spec.mjs compares all fields and types.
test.each([
  ['key groups that are no mappings, besides recipients', { key_groups: ['x'] }],
  ['key groups that are no list', { key_groups: 5 }],
  ['a recipient that is null', { kms: [null] }],
  ['a threshold of blanks', { shamir_threshold: ' ' }],
  ['a threshold with an exponent', { shamir_threshold: '1e1' }],
  ['a fraction as a threshold', { shamir_threshold: 1.5 }],
  ['no recipients', { age: {} }],
  ['a date that is none', { lastmodified: 'today' }],
  ['a list as the MAC', { mac: ['m'] }],
])('%s is refused', (_, more) => {
  expect(() => metadata(more)).toThrow(expect.objectContaining({ code: 'badMetadata' }) as Error);
});

test.each([
  ['an empty mapping for a list', { kms: {} }],
  ['a single mapping for a list', { age: { recipient: 'a', enc: 'e' } }],
  ['a threshold as text', { shamir_threshold: '0' }],
  ['an empty threshold', { shamir_threshold: '' }],
])('%s is read', (_, more) => {
  expect(metadata(more).groups).toEqual([[{ kind: 'age', recipient: 'a', enc: 'e' }]]);
});
