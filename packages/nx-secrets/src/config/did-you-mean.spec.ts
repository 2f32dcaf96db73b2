import { didYouMean } from './did-you-mean';

test.each<[string, readonly string[], string]>([
  ['dve', ['dev', 'prod'], 'dev'],
  ['pord', ['dev', 'prod'], 'prod'],
  ['production', ['dev', 'prod'], 'prod'],
  ['Dev', ['dev', 'prod'], 'dev'],
  ['stagng', ['dev', 'staging'], 'staging'],
  ['devs', ['dev', 'prod'], 'dev'],
  ['gpg', ['age', 'pgp'], 'pgp'],
  [
    '/services/user-service/dve',
    ['/services/user-service/dev', '/services/user-service/prod'],
    '/services/user-service/dev',
  ],
])('%s is close to one of %j', (typed, known, meant) => {
  expect(didYouMean(typed, known)).toBe(`Did you mean "${meant}"? `);
});

test.each<[string, readonly string[]]>([
  ['staging', ['dev', 'prod']],
  ['qa', ['dev', 'prod']],
  ['uat', ['dev', 'qa']],
  ['dev', []],
  ['deploy', ['sync', 'developer', 'runtime', 'provision', 'key', 'secret']],
  ['alias/payment-service-dev', ['alias/user-service-dev']],
  ['', ['dev']],
])('%j is close to none of %j', (typed, known) => {
  expect(didYouMean(typed, known)).toBe('');
});
