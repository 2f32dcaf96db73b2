import { namesOf } from '../config/names';
import { readOptions } from '../config/options';
import { readSecret } from './key-use';
import { runtimePolicy } from './runtime-policy';
import { policySubject } from './subject';
import { account, everyPrincipal, role } from './subject.test-kit';

const root = 'services/orders-api';
const formerly = {
  name: 'orders',
  secretName: '/services/{service}/{stage}',
  keyAlias: '{service}-{stage}',
};
const [before, after] = ['/services/orders/dev', '/services/orders-api/dev'];
const secretArn = (name: string) => `arn:aws:secretsmanager:eu-west-1:${account}:secret:${name}-??????`;

/** The subject of a stage of a service that has these options in nx.json. */
function subjectWith(service: object) {
  const options = readOptions({
    stages: { dev: { principals: everyPrincipal } },
    services: { [root]: service },
  });
  const names = namesOf('orders-api', 'dev', options, root);
  return policySubject(names, options.stages.get('dev') ?? {}, { region: 'eu-west-1', accountId: account });
}

test.each<[string, object, readonly string[], readonly string[]]>([
  ['no rename', {}, [after], ['orders-api-dev']],
  ['a rename under way', { formerly }, [after, before], ['orders-api-dev', 'orders-dev']],
  [
    'a rename that keeps the secret',
    { secretName: '/services/orders/{stage}', formerly },
    [before],
    ['orders-api-dev', 'orders-dev'],
  ],
])('%s: which secrets the service reads, under which roles', (_, service, secrets, roles) => {
  const subject = subjectWith(service);
  const Resource = secrets.map(secretArn);
  expect(runtimePolicy(subject).Statement[0]).toMatchObject({ Sid: 'ReadSecret', Resource });
  expect(readSecret(subject).conditions).toMatchObject({
    StringLike: { 'kms:EncryptionContext:SecretARN': Resource },
  });
  expect(subject.principals?.runtime).toEqual(roles.map(role));
});
