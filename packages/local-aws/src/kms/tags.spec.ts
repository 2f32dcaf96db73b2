import { operationCalls } from '../operation-calls.test-kit';

const tag = (TagKey: string, TagValue = 'v') => ({ TagKey, TagValue });

function withKey(Tags: object[] = []) {
  const aws = operationCalls();
  const { KeyMetadata } = aws.call('kms:CreateKey', { Tags }) as { KeyMetadata: { KeyId: string } };
  return { ...aws, KeyId: KeyMetadata.KeyId };
}

describe('tags of a key', () => {
  it('are set, replaced, removed and listed over pages', () => {
    const { call, KeyId } = withKey([tag('a', '1'), tag('b', '2')]);
    call('kms:TagResource', { KeyId, Tags: [tag('a', 'new'), tag('c', '')] });
    call('kms:UntagResource', { KeyId, TagKeys: ['b', 'unknown'] });
    const first = call('kms:ListResourceTags', { KeyId, Limit: 1 });
    expect(first).toEqual({ Tags: [tag('a', 'new')], Truncated: true, NextMarker: expect.any(String) });
    expect(call('kms:ListResourceTags', { KeyId, Marker: first['NextMarker'] })).toEqual({
      Tags: [tag('c', '')],
      Truncated: false,
    });
  });

  it.each([
    ['twice the same key', [tag('a'), tag('a')], 'TagException'],
    ["AWS's own prefix", [tag('aws:x')], 'TagException'],
    ['51 tags', Array.from({ length: 51 }, (_, index) => tag(String(index))), 'LimitExceededException'],
    ['an empty key', [tag('')], 'ValidationException'],
    ['no value', [{ TagKey: 'a' }], 'ValidationException'],
  ])('are refused with %s', (_what, Tags, code) => {
    const { errorOf, KeyId } = withKey();
    expect(errorOf('kms:TagResource', { KeyId, Tags })).toBe(code);
    expect(errorOf('kms:CreateKey', { Tags })).toBe(code);
  });

  it('stay as they are on a key pending deletion', () => {
    const { call, errorOf, KeyId } = withKey([tag('a')]);
    call('kms:ScheduleKeyDeletion', { KeyId });
    expect(errorOf('kms:TagResource', { KeyId, Tags: [tag('b')] })).toBe('KMSInvalidStateException');
    expect(call('kms:ListResourceTags', { KeyId })).toMatchObject({ Tags: [tag('a')] });
  });
});
