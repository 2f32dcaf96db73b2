import { readSourceMap } from './source-map';

const read = (text: string) => readSourceMap(text, 'map.json');

test('services, stages and names, in JSON or YAML; null leaves out', () => {
  expect(
    read(
      '{ "services": {"usr": "users", "old": null, "__proto__": "x"}, "names": {"/a": null, "/b": {"stage": "dev", "key": "K"}} }',
    ),
  ).toEqual({
    services: new Map([
      ['usr', 'users'],
      ['old', undefined],
      ['__proto__', 'x'],
    ]),
    stages: new Map(),
    names: new Map([
      ['/a', undefined],
      ['/b', { service: undefined, stage: 'dev', key: 'K' }],
    ]),
  });
  expect(read('# ours\nstages:\n  production: prod\n').stages).toEqual(new Map([['production', 'prod']]));
  expect(read('{}').names.size).toBe(0);
});

test.each([
  ['{"service": {}}', /service is none of services, stages and names/],
  ['{"services": []}', /services is not an object/],
  ['{"services": {"a": 1}}', /services\.a is not a text/],
  ['{"names": {"/a": "users"}}', /names\.\/a is not an object/],
  ['{"names": {"/a": {"root": "x"}}}', /names\.\/a has root/],
  ['{"names": {"/a": {"stage": ["x"]}}}', /names\.\/a\.stage is not a text/],
  ['{"services": {"a": "b", "a": "c"}}', /defined twice/],
  ['{', /map\.json/],
])('%s is refused with its place', (text, message) => {
  expect(() => read(text)).toThrow(message);
});
