import { toProblem } from '../problem';
import { namesOf } from './names';
import { readOptions } from './options';
import { isStageKey, keyArnIn, keyResource } from './stage-key';
import { parseKeyArn } from './key-arn';

const id = '1234abcd-12ab-34cd-56ef-1234567890ab';
const multi = `mrk-${'a1'.repeat(16)}`;
const at = (key: string, region = 'eu-west-1', account = '111122223333', partition = 'aws') =>
  `arn:${partition}:kms:${region}:${account}:${key}`;
const stages = { dev: { region: 'eu-west-1', accountId: '111122223333' }, prod: {}, extra: { optIn: true } };
const read = (services: object) => readOptions({ stages, services });
const refused = (services: object) => {
  try {
    read(services);
    return undefined;
  } catch (error) {
    const { code, where, what, fix } = toProblem(error);
    return { code, text: `${what}\n${where ?? ''}\n${fix}` };
  }
};
const one = (kmsKeyArn: unknown) => ({ 'apps/api': { kmsKeyArn } });

test('a key by its ARN, single- or multi-Region, where the stage is', () => {
  const options = read(
    one({ dev: at(`key/${id}`), prod: at(`key/${multi}`, 'cn-north-1', '444455556666', 'aws-cn') }),
  );
  expect([...(options.foreignKeys.get('apps/api') ?? [])].map(([stage, { arn }]) => [stage, arn])).toEqual([
    ['dev', at(`key/${id}`)],
    ['prod', at(`key/${multi}`, 'cn-north-1', '444455556666', 'aws-cn')],
  ]);
  const names = namesOf('api', 'dev', options, 'apps/api');
  expect([keyResource(names), keyArnIn('us-east-1', '111122223333', names)]).toEqual([
    `key/${id}`,
    at(`key/${id}`, 'us-east-1'),
  ]);
  expect(namesOf('api', 'extra', options, 'apps/api').foreignKey).toBeUndefined();
  expect(namesOf('other', 'dev', options, 'apps/other').foreignKey).toBeUndefined();
});

test.each([
  ['an alias', { dev: at('alias/platform') }, 'badKeyArn', /aws kms describe-key/],
  ['an id', { dev: id }, 'badKeyArn', /arn:aws:kms:/],
  ['no text', { dev: 7 }, 'badKeyArn', /the value is not/],
  ['a key of AWS by its alias', { dev: at('alias/aws/secretsmanager') }, 'badKeyArn', /alias/],
  ['any key', { dev: at('key/*') }, 'badKeyArn', /is not the ARN/],
  ['a longer id', { dev: at(`key/${id}/x`) }, 'badKeyArn', /is not the ARN/],
  [
    'another region',
    { dev: at(`key/${id}`, 'eu-central-1') },
    'wrongAccountOrRegion',
    /region eu-central-1.*region eu-west-1/,
  ],
  [
    'another account',
    { dev: at(`key/${id}`, 'eu-west-1', '444455556666') },
    'wrongAccountOrRegion',
    /account 444455556666/,
  ],
  [
    'another partition',
    { prod: at(`key/${id}`, 'eu-west-1', '111122223333', 'aws-cn') },
    'wrongAccountOrRegion',
    /aws-cn/,
  ],
  ['an unknown stage', { pord: at(`key/${id}`) }, 'unknownStage', /Did you mean "prod"/],
  ['a stage of others', { extra: at(`key/${id}`) }, 'stageNotOfService', /Valid: dev, prod/],
  ['a list', [at(`key/${id}`)], 'badOption', /an object of stages and ARNs/],
  ['one ARN for all stages', at(`key/${id}`), 'badOption', /kmsKeyArn/],
  ['one key for two stages', { dev: at(`key/${id}`), prod: at(`key/${id}`) }, 'nameClash', /would share key/],
])('%s is refused', (_, kmsKeyArn, code, text) => {
  expect(refused(one(kmsKeyArn))).toEqual({ code, text: expect.stringMatching(text) });
});

test('two services cannot have one key, a multi-Region key in two regions included', () => {
  const services = {
    'apps/api': { kmsKeyArn: { dev: at(`key/${multi}`) } },
    'apps/web': { kmsKeyArn: { prod: at(`key/${multi}`, 'us-east-1') } },
  };
  expect(refused(services)).toEqual({
    code: 'nameClash',
    text: expect.stringContaining('apps/api (stage dev) and apps/web (stage prod) would share'),
  });
});

test('a stage that the service lists is its own, whatever the order of entries', () => {
  const kmsKeyArn = { extra: at(`key/${id}`) };
  expect(refused({ 'apps/api': { kmsKeyArn, stages: ['extra'] } })).toBeUndefined();
  expect(refused({ 'apps/api': { kmsKeyArn: { prod: at(`key/${id}`) }, stages: ['dev'] } })?.code).toBe(
    'stageNotOfService',
  );
});

test('an ARN is the key as a whole: the same id in another account, region or partition is not', () => {
  const names = namesOf('api', 'prod', read(one({ prod: at(`key/${multi}`) })), 'apps/api');
  const is = (arn: string) => isStageKey(parseKeyArn(arn)!, names);
  expect(is(at(`key/${multi}`))).toBe(true);
  for (const other of [
    at(`key/${multi}`, 'us-east-1'),
    at(`key/${multi}`, 'eu-west-1', '444455556666'),
    at(`key/${multi}`, 'eu-west-1', '111122223333', 'aws-cn'),
    at('alias/api-prod'),
  ])
    expect([other, is(other)]).toEqual([other, false]);
});
