import fc from 'fast-check';
import { narrowed, partsOfName, readPattern } from './name-pattern';

const known = { services: ['user-service', 'user', 'orders'], stages: ['dev', 'prod', 'prod-eu'] };
const parts = (pattern: string, name: string) => partsOfName(readPattern(pattern, '--pattern'), name, known);

test.each([
  ['/legacy/{service}/{stage}', '/legacy/orders/dev', { service: 'orders', stage: 'dev' }],
  ['/legacy/{service}/{stage}', '/legacy/nobody/qa', { service: 'nobody', stage: 'qa' }],
  ['/legacy/{service}/{stage}', '/legacy/orders/dev/x', undefined],
  ['/legacy/{service}/{stage}', '/legacy//dev', undefined],
  ['/legacy/{service}/{stage}', '/Legacy/orders/dev', undefined],
  ['{service}-{stage}', 'user-service-prod', { service: 'user-service', stage: 'prod' }],
  ['{service}-{stage}', 'user-prod-eu', { service: 'user', stage: 'prod-eu' }],
  ['{stage}-{service}', 'prod-eu-user-service', { stage: 'prod-eu', service: 'user-service' }],
  ['{service}-{stage}', 'a-b-qa', { service: 'a-b', stage: 'qa' }],
  ['{service}{stage}', 'ordersdev', { service: 'orders', stage: 'dev' }],
  ['/{stage}/{service}/{key}', '/dev/orders/a/b', { stage: 'dev', service: 'orders', key: 'a/b' }],
  ['a.b+({service})|[x]', 'a.b+(orders)|[x]', { service: 'orders' }],
  ['a.b', 'axb', undefined],
  ['plain', 'plain', {}],
])('%s in %s', (pattern, name, expected) => {
  expect(parts(pattern, name)).toEqual(expected);
});

test('what a pattern is filled with comes out of it again', () => {
  const word = fc.stringMatching(/^[A-Za-z0-9_.+=@-]{1,12}$/);
  fc.assert(
    fc.property(word, word, word, fc.string(), (service, stage, key, text) => {
      const literal = text.replaceAll(/[{}]/g, '');
      const pattern = readPattern(`${literal}/{service}/{stage}/{key}`, '--pattern');
      const filled = narrowed(pattern, { service, stage, key });
      expect(filled.placeholders.size).toBe(0);
      expect(partsOfName(pattern, filled.text, known)).toEqual({ service, stage, key });
      expect(filled.text.startsWith(pattern.prefix)).toBe(true);
    }),
  );
});

test('a name as long as AWS allows it does not take long', () => {
  const name = `/legacy/${'a-'.repeat(250)}`;
  expect(parts('/legacy/{service}-{stage}-{key}/', name)).toBeUndefined();
});
