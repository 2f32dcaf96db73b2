import { operationCalls } from '../operation-calls.test-kit';

const SecretId = 'a';
const tag = (Key: string, Value = 'v') => ({ Key, Value });

describe('tags of a secret', () => {
  it('are set, replaced and removed', () => {
    const { call } = operationCalls();
    call('secretsmanager:CreateSecret', { Name: SecretId, Tags: [tag('a', '1'), tag('b', '2')] });
    call('secretsmanager:TagResource', { SecretId, Tags: [tag('a', 'new'), tag('c', '')] });
    call('secretsmanager:UntagResource', { SecretId, TagKeys: ['b', 'unknown'] });
    expect(call('secretsmanager:DescribeSecret', { SecretId })['Tags']).toEqual([
      tag('a', 'new'),
      tag('c', ''),
    ]);
  });

  it.each([
    ["AWS's own prefix", [tag('AWS:x')]],
    ['51 tags', Array.from({ length: 51 }, (_, index) => tag(String(index)))],
  ])('are refused with %s', (_what, Tags) => {
    const { call, errorOf } = operationCalls();
    call('secretsmanager:CreateSecret', { Name: SecretId });
    expect(errorOf('secretsmanager:TagResource', { SecretId, Tags })).toBe('InvalidParameterException');
  });
});
