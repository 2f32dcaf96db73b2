import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import { isInteractive } from '../../output/prompt';
import { readPlugin } from '../../config/plugin';
import { askForWorkspace } from './ask';

const cancelled = Symbol('cancelled');
const text = jest.fn<Promise<string | symbol>, [{ message: string }]>();
const confirm = jest.fn<Promise<boolean | symbol>, [{ message: string }]>();

jest.mock('../../output/prompt');
jest.mock('@clack/prompts', () => ({
  text: (question: { message: string }) => text(question),
  confirm: (question: { message: string }) => confirm(question),
  isCancel: (answer: unknown) => typeof answer === 'symbol',
}));

const ask = (given: Parameters<typeof askForWorkspace>[1], stages?: readonly string[]) => {
  const tree = createTreeWithEmptyWorkspace();
  const plugins = stages ? [{ plugin: 'nx-secrets', options: { stages } }] : [];
  return askForWorkspace(tree, given, readPlugin(tree.root, { plugins }));
};

beforeEach(() => {
  jest.mocked(isInteractive).mockReturnValue(true);
  text.mockReset().mockResolvedValueOnce('dev,qa').mockResolvedValueOnce(' eu-west-1 ');
  confirm.mockReset().mockResolvedValue(true);
});

test('stages, region and short name, in this order', async () => {
  expect(await ask({})).toEqual({ stages: 'dev,qa', region: 'eu-west-1', shortName: true });
});

test('an empty region is none', async () => {
  text.mockReset().mockResolvedValueOnce('dev').mockResolvedValueOnce('');
  expect(await ask({ shortName: false })).toEqual({ stages: 'dev', shortName: false });
  expect(confirm).not.toHaveBeenCalled();
});

test('where nx.json has stages, the short name only', async () => {
  expect(await ask({}, ['dev'])).toEqual({ shortName: true });
  expect(text).not.toHaveBeenCalled();
});

test('nothing is asked of whoever passes stages, or where nobody is there', async () => {
  expect(await ask({ stages: 'dev' })).toEqual({ stages: 'dev' });
  jest.mocked(isInteractive).mockReturnValue(false);
  expect(await ask({})).toEqual({});
  expect([text.mock.calls, confirm.mock.calls]).toEqual([[], []]);
});

test.each([0, 1, 2])('Ctrl-C at question %i ends it', async (at) => {
  const answers = ['dev', '', true].map((answer, index) => (index === at ? cancelled : answer));
  text.mockReset();
  for (const answer of answers.slice(0, 2)) text.mockResolvedValueOnce(answer as string);
  confirm.mockResolvedValue(answers[2] as boolean);
  await expect(ask({})).rejects.toThrow('init was cancelled; nothing was changed');
});
