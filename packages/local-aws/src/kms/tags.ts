import { AwsError } from '../protocol/aws-error';
import { operation, type Operations } from '../operation/operation';
import { list, structure, text } from '../protocol/readers';
import type { Tag } from '../store/model';
import { customerKeyById, keyById, notPendingDeletion } from './key-reference';
import { keyId, limit, marker, tags } from './members';
import { kmsPage } from './paging';
import { tagKeys } from './permission';

const maximumTags = 50;

interface TagInput {
  readonly TagKey: string;
  readonly TagValue: string;
}

/**
 * Tags after some were set.
 * @throws AwsError TagException (keys twice, or with AWS's own prefix), LimitExceededException
 */
export function changedTags(before: readonly Tag[], set: readonly TagInput[]): readonly Tag[] {
  const after = new Map(before.map((tag) => [tag.key, tag]));
  if (new Set(set.map(({ TagKey }) => TagKey)).size < set.length) {
    throw new AwsError('TagException', 'Duplicate tag keys');
  }
  for (const { TagKey: key, TagValue: value } of set) {
    if (/^aws:/i.test(key)) throw new AwsError('TagException', 'Tags beginning with aws: are reserved');
    after.set(key, { key, value });
  }
  if (after.size > maximumTags) throw new AwsError('LimitExceededException', 'Too many tags');
  return [...after.values()];
}

export const keyTagOperations: Operations = {
  TagResource: operation(structure({ KeyId: keyId, Tags: tags }), (input, call) => {
    const key = notPendingDeletion(customerKeyById(call, input.KeyId, { context: tagKeys(input.Tags) }));
    call.store.keys.put(key.id, { ...key, tags: changedTags(key.tags, input.Tags) });
    return {};
  }),

  UntagResource: operation(
    structure({ KeyId: keyId, TagKeys: list(text({ min: 1, max: 128 })) }),
    (input, call) => {
      const context = [['aws:TagKeys', input.TagKeys]] as const;
      const key = notPendingDeletion(customerKeyById(call, input.KeyId, { context }));
      const gone = new Set(input.TagKeys);
      call.store.keys.put(key.id, { ...key, tags: key.tags.filter((tag) => !gone.has(tag.key)) });
      return {};
    },
  ),

  ListResourceTags: operation(structure({ KeyId: keyId, Limit: limit, Marker: marker }), (input, call) => {
    const key = keyById(call, input.KeyId);
    const { items, rest } = kmsPage(key.tags, input.Limit ?? 50, input.Marker, (tag) => tag.key);
    return { Tags: items.map((tag) => ({ TagKey: tag.key, TagValue: tag.value })), ...rest };
  }),
};
