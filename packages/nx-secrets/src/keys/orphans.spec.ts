import { desiredKey, keyIdentity } from './desired-key.test-kit';
import { replacedByTag, unusedDescriptionOf } from '../aws/tags';
import { isCandidate, redundantKeys } from './orphans';

const desired = desiredKey();
const key = keyIdentity();
const unused = (id: string) => keyIdentity({ id, description: unusedDescriptionOf(desired.names) });

test.each([
  ['all tags', key.tags, true],
  ['all tags and others', { ...key.tags, own: 'x' }, true],
  ['another service', { ...key.tags, service: 'x' }, false],
  ['not managed', { service: 'user-service', stage: 'dev' }, false],
  ['replaced by another key', { ...key.tags, [replacedByTag]: 'id' }, false],
])('candidate: %s', (_, tags, is) => {
  expect(isCandidate(tags, desired)).toBe(is);
});

test('redundant is only what was never used, and what no rotation goes on with', () => {
  const candidates = [key, unused('aliased'), unused('enabled'), unused('next'), unused('pending')];
  const aliased = { id: 'aliased', tags: { ...key.tags, [replacedByTag]: 'next' } };
  const redundant = redundantKeys(desired, candidates, aliased);
  expect(redundant.map(({ id }) => id)).toEqual(['enabled', 'pending']);
});
