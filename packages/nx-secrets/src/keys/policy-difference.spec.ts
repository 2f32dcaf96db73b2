import fc from 'fast-check';
import type { PolicyDocument, Statement } from '../policies/document';
import { policyDifference, policyLines } from './policy-difference';

const root = 'arn:aws:iam::111122223333:root';
const administer: Statement = {
  Sid: 'Administer',
  Effect: 'Allow',
  Principal: { AWS: [root] },
  Action: ['kms:PutKeyPolicy', 'kms:EnableKey'],
  Resource: ['*'],
};
const decrypt: Statement = {
  Sid: 'Decrypt',
  Effect: 'Allow',
  Principal: { AWS: [root] },
  Action: ['kms:Decrypt'],
  Resource: ['*'],
  Condition: { StringEquals: { 'kms:ViaService': ['secretsmanager.eu-west-1.amazonaws.com'] } },
};
const desired: PolicyDocument = { Version: '2012-10-17', Statement: [administer, decrypt] };
const kept = (statements: readonly object[], rest: object = {}) =>
  JSON.stringify({ Version: '2012-10-17', ...rest, Statement: statements });

test.each([
  ['the same text', kept([administer, decrypt])],
  ['an id and another order', kept([decrypt, administer], { Id: 'key-policy' })],
  [
    'lists of one as a text',
    kept([
      { ...administer, Resource: '*' },
      { ...decrypt, Action: 'kms:Decrypt' },
    ]),
  ],
  [
    "an account's number for its root",
    kept([
      { ...administer, Principal: { AWS: '111122223333' } },
      { ...decrypt, Principal: { AWS: root } },
    ]),
  ],
  [
    'another order and case of actions',
    kept([{ ...administer, Action: ['KMS:enableKey', 'kms:PutKeyPolicy'] }, decrypt]),
  ],
  [
    'another case of a condition key, its value as a text',
    kept([
      administer,
      {
        ...decrypt,
        Condition: { StringEquals: { 'KMS:viaService': 'secretsmanager.eu-west-1.amazonaws.com' } },
      },
    ]),
  ],
])('no difference: %s', (_, actual) => {
  expect(policyDifference(actual, desired)).toEqual([]);
});

test.each([
  ['a statement more', kept([administer, decrypt, { ...decrypt, Sid: 'More' }]), ['removed']],
  ['a statement less', kept([administer]), ['added']],
  ['another effect', kept([administer, { ...decrypt, Effect: 'Deny' }]), ['changed']],
  ['another case of a value', kept([administer, { ...decrypt, Resource: 'ARN' }]), ['changed']],
  ['without the condition', kept([administer, { ...decrypt, Condition: undefined }]), ['changed']],
  [
    'a principal that was deleted',
    kept([{ ...administer, Principal: { AWS: 'AROAEXAMPLE' } }, decrypt]),
    ['changed'],
  ],
  ['everybody', kept([{ ...administer, Principal: '*' }, decrypt]), ['changed']],
  [
    'another version',
    JSON.stringify({ Version: '2008-10-17', Statement: [administer, decrypt] }),
    ['removed'],
  ],
  ['no policy', '{}', ['removed', 'added', 'added']],
  ['no JSON', 'nonsense', ['removed', 'added', 'added']],
])('a difference: %s', (_, actual, kinds) => {
  expect(policyDifference(actual, desired).map(({ kind }) => kind)).toEqual(kinds);
});

test('the lines show both statements as they are', () => {
  const wide = { ...decrypt, Action: 'kms:*' };
  expect(policyLines(policyDifference(kept([administer, wide]), desired))).toEqual([
    `policy - ${JSON.stringify(wide)}`,
    `policy + ${JSON.stringify(decrypt)}`,
  ]);
});

test('whatever is there, nothing is thrown, and only the same meaning gives no difference', () => {
  fc.assert(
    fc.property(fc.json(), (actual) => {
      expect(policyDifference(actual, desired).length).toBeGreaterThan(0);
    }),
    { numRuns: 300 },
  );
});
