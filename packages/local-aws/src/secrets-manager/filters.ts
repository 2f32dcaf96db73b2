import { list, oneOf, structure, text } from '../protocol/readers';
import type { Secret } from '../store/model';

const filter = structure({
  Key: oneOf('description', 'name', 'tag-key', 'tag-value', 'primary-region', 'owning-service', 'all'),
  Values: list(text({ max: 512, pattern: /^!?[a-zA-Z0-9 :_@/+=.\-!]*$/ }), { min: 1, max: 10 }),
});

/** The filters of ListSecrets and BatchGetSecretValue. */
export const filters = list(filter, { max: 10 });

export type Filter = ReturnType<typeof filter>;

/** Whether a secret passes all filters; within one, any value will do, and `!` turns a value round. */
export function matches(secret: Secret, wanted: readonly Filter[]): boolean {
  return wanted.every(({ Key, Values }) =>
    Values.some((value) =>
      value.startsWith('!') ? !hasMatch(secret, Key, value.slice(1)) : hasMatch(secret, Key, value),
    ),
  );
}

function hasMatch(secret: Secret, key: Filter['Key'], value: string): boolean {
  const begins = (candidate: string): boolean => candidate.startsWith(value);
  switch (key) {
    case 'name':
      return begins(secret.name);
    case 'tag-key':
      return secret.tags.some((tag) => begins(tag.key));
    case 'tag-value':
      return secret.tags.some((tag) => begins(tag.value));
    case 'primary-region':
      return begins(secret.primaryRegion ?? '');
    case 'owning-service':
      // Nothing here is owned by another service of AWS.
      return false;
    case 'description':
      return wordsBeginWith(secret.description ?? '', value);
    case 'all':
      return words(value).every((word) => attributes(secret).some((item) => wordsBeginWith(item, word)));
  }
}

function attributes(secret: Secret): readonly string[] {
  return [
    secret.name,
    secret.description ?? '',
    secret.primaryRegion ?? '',
    ...secret.tags.flatMap((tag) => [tag.key, tag.value]),
  ];
}

/** Whether the words of the value begin words of the text, in any order and whatever their case. */
function wordsBeginWith(candidate: string, value: string): boolean {
  const candidates = words(candidate);
  return words(value).every((word) => candidates.some((item) => item.startsWith(word)));
}

function words(value: string): readonly string[] {
  return value
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}
