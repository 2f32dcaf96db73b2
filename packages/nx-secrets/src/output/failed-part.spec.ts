import { toProblem, type Problem } from '../problem';
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
  const thrown = (problems: readonly Problem[]): Problem | undefined => {
    try {
      throwFailures(problems, 3, ['file', 'files'], 'imported');
      return undefined;
    } catch (error) {
      return toProblem(error);
    }
  };

  test('none: nothing is thrown', () => expect(thrown([])).toBeUndefined());

  test('one: it is thrown as it is', () => expect(thrown([problem('one')])).toEqual(problem('one')));

  test('two: one problem with both', () => {
    const both = thrown([problem('one'), problem('two')]);
    expect(both).toMatchObject({
      code: 'partlyFailed',
      what: '2 of 3 files could not be imported; the other one is done',
    });
    expect(both?.fix).toMatch(/one[^]*two/);
  });
});
