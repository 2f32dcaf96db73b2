import { AwsError } from '../protocol/aws-error';
import type { Operations } from '../operation/operation';
import { list, structure, text } from '../protocol/readers';
import type { Tag } from '../store/model';
import { writableSecretById } from './find';
import { secretOperation, tagKeys } from './permission';
import { saveSecret } from './store';
import { secretId, tags } from './members';

const maximumTags = 50;

/** Tags after some were set. Throws AwsError InvalidParameterException, LimitExceededException. */
export function changedTags(
  before: readonly Tag[],
  set: readonly { readonly Key: string; readonly Value: string }[],
): readonly Tag[] {
  const after = new Map(before.map((tag) => [tag.key, tag]));
  for (const { Key: key, Value: value } of set) {
    if (/^aws:/i.test(key)) {
      throw new AwsError('InvalidParameterException', 'Tag keys cannot begin with the reserved prefix aws:');
    }
    after.set(key, { key, value });
  }
  if (after.size > maximumTags) {
    throw new AwsError('InvalidParameterException', `A secret can't have more than ${maximumTags} tags.`);
  }
  return [...after.values()];
}

export const secretTagOperations: Operations = {
  TagResource: secretOperation(
    structure({ SecretId: secretId, Tags: tags }),
    (input, call) => {
      const secret = writableSecretById(call, input.SecretId);
      const changed = { ...secret, tags: changedTags(secret.tags, input.Tags), changedAt: call.now };
      saveSecret(call, changed);
      return {};
    },
    (input) => tagKeys(input.Tags.map(({ Key, Value }) => ({ key: Key, value: Value }))),
  ),

  UntagResource: secretOperation(
    structure({ SecretId: secretId, TagKeys: list(text({ min: 1, max: 128 })) }),
    (input, call) => {
      const secret = writableSecretById(call, input.SecretId);
      const gone = new Set(input.TagKeys);
      const kept = secret.tags.filter((tag) => !gone.has(tag.key));
      saveSecret(call, { ...secret, tags: kept, changedAt: call.now });
      return {};
    },
    (input) => [['aws:TagKeys', input.TagKeys]],
  ),
};
