import type { EncryptedFile } from 'sops-codec';
import { ownership } from './ownership';

const names = {
  service: 'user',
  stage: 'dev',
  secretName: '/services/user/dev',
  keyAlias: 'alias/user-dev',
  address: { root: 'services/user' },
};
const owners = new Map([
  ['alias/user-dev', 'service user, stage dev'],
  ['alias/user-prod', 'service user, stage prod'],
  ['alias/payment-dev', 'service payment, stage dev'],
]);
const arn = (resource: string, partition = 'aws') =>
  `arn:${partition}:kms:eu-west-1:111122223333:${resource}`;
const kms = (resource: string, context?: Record<string, string>) => ({
  kind: 'kms',
  arn: resource.startsWith('arn:') ? resource : arn(resource),
  awsProfile: '',
  ...(context ? { context } : {}),
});
const file = (...groups: object[][]) => ({ metadata: { groups }, documents: [] }) as unknown as EncryptedFile;
const own = kms('alias/user-dev', { service: 'user', stage: 'dev' });

test.each<[string, EncryptedFile]>([
  ['its own key', file([own])],
  ['its own key without context', file([kms('alias/user-dev')])],
  ['its own key and people', file([own, { kind: 'age', recipient: 'age1…' }])],
  ['its own key and a break-glass key', file([own, kms('alias/security-team')])],
  ['its own key in one of several groups', file([kms('alias/security-team')], [own])],
  ['its own key in another partition', file([kms(arn('alias/user-dev', 'aws-cn'))])],
  ['a context that names more', file([kms('alias/user-dev', { service: 'user', stage: 'dev', team: 'x' })])],
])('own: %s', (_, given) => {
  expect(ownership(given, names, owners, 'f')).toMatchObject({
    kind: 'own',
    key: { resource: 'alias/user-dev', region: 'eu-west-1' },
  });
});

test.each<[string, EncryptedFile, string]>([
  ["another service's key", file([kms('alias/payment-dev')]), 'key of service payment, stage dev'],
  [
    "another service's key besides its own",
    file([own, kms('alias/payment-dev')]),
    'key of service payment, stage dev',
  ],
  ["its own other stage's key", file([own, kms('alias/user-prod')]), 'key of service user, stage prod'],
  ['no KMS key', file([{ kind: 'age', recipient: 'age1…' }]), 'not encrypted with the key'],
  ['a key by id only', file([kms('key/1234')]), 'not encrypted with the key'],
  ['no recipients', file(), 'not encrypted with the key'],
  [
    'a text that is not the ARN',
    file([kms('arn:aws:kms:eu-west-1:1:alias/user-dev')]),
    'not encrypted with the key',
  ],
  [
    "another service's context",
    file([kms('alias/user-dev', { service: 'payment', stage: 'dev' })]),
    'context has service "payment"',
  ],
  [
    "another stage's context",
    file([kms('alias/user-dev', { service: 'user', stage: 'prod' })]),
    'context has stage "prod"',
  ],
])('refused: %s', (_, given, what) => {
  const result = ownership(given, names, owners, 'services/user/secrets/dev.enc.yaml');
  expect(result.kind).toBe('refused');
  expect(result.kind === 'refused' && result.problem.what).toContain(what);
  expect(result.kind === 'refused' && result.problem.where).toBe('services/user/secrets/dev.enc.yaml');
});
