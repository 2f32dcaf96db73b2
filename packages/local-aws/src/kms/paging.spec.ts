import { operationCalls } from '../operation-calls.test-kit';

const { call } = operationCalls();
const newKeyId = (): string => (call('kms:CreateKey')['KeyMetadata'] as { KeyId: string }).KeyId;

describe('pages of KMS, as large as its API reference gives them without a limit', () => {
  const target = newKeyId();
  for (let count = 1; count < 110; count += 1) newKeyId();
  for (let count = 0; count < 60; count += 1) {
    call('kms:CreateAlias', { AliasName: `alias/a${count}`, TargetKeyId: target });
  }

  it.each([
    ['kms:ListKeys', 'Keys', 100, 110],
    ['kms:ListAliases', 'Aliases', 50, 60],
  ])('%s', (action, member, size, all) => {
    const first = call(action);
    expect(first[member]).toHaveLength(size);
    expect(first['Truncated']).toBe(true);
    const second = call(action, { Marker: first['NextMarker'] });
    expect(second[member]).toHaveLength(all - size);
    expect(second['Truncated']).toBe(false);
  });
});
