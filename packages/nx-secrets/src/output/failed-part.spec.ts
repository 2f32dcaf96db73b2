import { failedPart } from './failed-part';

test.each([
  [1, 1, 'the file could not be rotated'],
  [2, 2, 'none of the 2 files could be rotated'],
  [3, 3, 'none of the 3 files could be rotated'],
  [1, 2, '1 of 2 files could not be rotated; the other one is done'],
  [1, 3, '1 of 3 files could not be rotated; the other 2 are done'],
  [2, 3, '2 of 3 files could not be rotated; the other one is done'],
])('%d of %d: %s', (failed, all, text) => {
  expect(failedPart(failed, all, ['file', 'files'], 'rotated')).toBe(text);
});
