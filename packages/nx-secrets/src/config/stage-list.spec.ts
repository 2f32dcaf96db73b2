import { stageList } from './stage-list';

test.each([
  [undefined, []],
  ['dev', ['dev']],
  ['dev,prod', ['dev', 'prod']],
  [
    ['dev', 'prod,staging'],
    ['dev', 'prod', 'staging'],
  ],
  [' dev , ,dev', ['dev']],
  ['', []],
])('%j', (given, stages) => {
  expect(stageList(given)).toEqual(stages);
});
