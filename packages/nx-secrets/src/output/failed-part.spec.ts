import type { Problem } from '../problem';
import { failedPart, throwFailures } from './failed-part';

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

describe('the problems of several things', () => {
  const problem = (what: string): Problem => ({ code: 'noFile', what, where: 'a.env', fix: 'Pass a file.' });
  const failing = (problems: readonly Problem[]) => () =>
    throwFailures(problems, 3, ['file', 'files'], 'imported');

  test('none: nothing is thrown', () => expect(failing([])).not.toThrow());

  test('one: it is thrown as it is', () =>
    expect(failing([problem('one')])).toThrow(
      expect.objectContaining({ problem: problem('one') }) as unknown as Error,
    ));

  test('two: one problem with both', () => {
    expect(failing([problem('one'), problem('two')])).toThrow(
      expect.objectContaining({
        problem: expect.objectContaining({
          code: 'partlyFailed',
          what: '2 of 3 files could not be imported; the other one is done',
          fix: expect.stringMatching(/one[^]*two/) as string,
        }) as Problem,
      }) as unknown as Error,
    );
  });
});
