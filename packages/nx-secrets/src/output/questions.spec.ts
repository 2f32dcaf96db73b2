import type { Problem } from '../problem';
import { throwProblem } from '../problem';
import { askForOne, askText, askYesOrNo } from './questions';

const cancelled = Symbol('cancelled');
interface Text {
  readonly initialValue?: string;
  readonly validate: (answer?: string) => string | undefined;
}
const text = jest.fn<Promise<string | symbol>, [Text]>();
const other = jest.fn<Promise<unknown>, [object]>();
jest.mock('@clack/prompts', () => ({
  text: (question: Text) => text(question),
  select: (question: object) => other(question),
  confirm: (question: object) => other(question),
  isCancel: (answer: unknown) => typeof answer === 'symbol',
}));

const problem: Problem = { code: 'cancelled', what: 'cancelled; nothing was changed', fix: 'Run it again.' };
const number: Problem = { code: 'badOption', what: '"x" is not a number', fix: 'Pass one like 7:\nnx g 7' };
const check = (answer: string) => /^\d+$/.test(answer) || throwProblem(number);

test('an answer is trimmed; a wrong one is explained in a line', async () => {
  text.mockResolvedValueOnce(' 7 ');
  expect(await askText({ message: 'How many', check }, problem)).toBe('7');
  const { validate } = text.mock.calls[0]![0];
  expect([' 7 ', 'x', undefined].map(validate)).toEqual([
    undefined,
    '"x" is not a number. Pass one like 7:',
    '"x" is not a number. Pass one like 7:',
  ]);
});

test('Ctrl-C', async () => {
  text.mockResolvedValueOnce(cancelled);
  await expect(askText({ message: 'How many' }, problem)).rejects.toThrow('cancelled; nothing was changed');
  other.mockResolvedValueOnce(cancelled);
  await expect(askForOne('Which', ['a', 'b'], problem)).rejects.toThrow('cancelled; nothing was changed');
  other.mockResolvedValueOnce(cancelled);
  expect(await askYesOrNo('Sure?', true)).toBeUndefined();
});

test.each(['b', false])('an answer of a list, or yes and no: %s', async (answer) => {
  other.mockReset().mockResolvedValueOnce(answer);
  const asked = typeof answer === 'string' ? askForOne('Which', ['a', 'b'], problem) : askYesOrNo('?', true);
  expect(await asked).toBe(answer);
});
