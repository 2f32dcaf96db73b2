import { parseOptions, withConfiguration } from './parse-options';
import type { OptionKind } from './executor-definition';

const options: Readonly<Record<string, OptionKind>> = {
  stage: 'names',
  dryRun: 'flag',
  delete: 'flag-or-names',
  window: 'number',
  json: 'text',
};
const read = (raw: object) => parseOptions({ name: 'prune-secrets', options }, raw);

test.each<[object, object]>([
  [{}, {}],
  [
    { stage: 'dev,prod', dryRun: true, json: 'x' },
    { stage: ['dev,prod'], dryRun: true, json: 'x' },
  ],
  [{ stage: ['dev', 1] }, { stage: ['dev', '1'] }],
  [{ dryRun: 'false' }, { dryRun: false }],
  [{ delete: [true, '/a'] }, { delete: [true, '/a'] }],
  [{ delete: true }, { delete: [true] }],
  [{ delete: 'true' }, { delete: [true] }],
  [{ delete: 'false' }, { delete: [false] }],
  [{ delete: ['/a', 7] }, { delete: ['/a', '7'] }],
  [{ window: '7' }, { window: 7 }],
  [{ json: 7 }, { json: '7' }],
  [{ stage: undefined }, { stage: undefined }],
])('%j is read as %j', (raw, given) => {
  expect(read(raw)).toEqual(given);
});

test('what Nx adds is not an option', () => {
  expect(() => read({ _: [], __overrides_unparsed__: ['--x'], verbose: true })).not.toThrow();
});

test.each<[object, RegExp]>([
  [{ stages: 'dev' }, /has no option --stages.*Did you mean "--stage"\?/s],
  [{ dryrun: true }, /has no option --dryrun.*Did you mean "--dry-run"\?/s],
  [{ force: true }, /fix: +Valid: --/],
  [{ constructor: 1 }, /has no option --constructor/],
  [{ dryRun: 'yes' }, /--dry-run takes true or false/],
  [{ stage: true }, /--stage takes names separated by commas.*Pass --stage=<name>\./s],
  [{ json: ['a', 'b'] }, /--json takes one value/],
  [{ window: 'x' }, /--window takes a number/],
  [{ delete: { a: 1 } }, /--delete takes no value, or names/],
])('%j is refused', (raw, message) => {
  expect(() => read(raw)).toThrow(message);
});

test.each<[object, object | undefined, string | undefined, object]>([
  [{}, { configurations: {} }, undefined, {}],
  [{}, { configurations: { prod: {} } }, 'prod', {}],
  [{}, { configurations: { prod: {} } }, 'pord', { stage: ['pord'] }],
  [{}, undefined, 'pord', { stage: ['pord'] }],
  [{ stage: 'dev' }, { configurations: {} }, 'production', { stage: 'dev' }],
])('options %j of target %j, asked for configuration %s: %j', (given, target, asked, expected) => {
  expect(withConfiguration(given, target, asked)).toEqual(expected);
});
