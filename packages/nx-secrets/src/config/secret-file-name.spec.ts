import { parseSecretFile, secretFilesAmong } from './secret-file-name';

test.each([
  ['dev.enc.yaml', 'dev', 'yaml'],
  ['prod-eu_1.enc.json', 'prod-eu_1', 'json'],
  ['dev.enc.env', 'dev', 'dotenv'],
  ['dev.enc.ini', 'dev', 'ini'],
  ['dev.enc.bin', 'dev', 'binary'],
])('%s is the secret file of stage %s', (name, stage, format) => {
  expect(parseSecretFile(name)).toEqual({ stage, format, path: `secrets/${name}` });
});

test.each([
  'dev.yaml',
  'dev.enc.yml',
  '.enc.yaml',
  'dev.enc.yaml.bak',
  '-x.enc.yaml',
  'a.b.enc.yaml',
  '__proto__.enc.yaml',
  'dev.enc.constructor',
  'dev.enc.yaml\n',
])('%j is none', (name) => {
  expect(parseSecretFile(name)).toBeUndefined();
});

test('the secret files of a folder, sorted', () => {
  expect(secretFilesAmong(['prod.enc.yaml', 'notes.txt', 'dev.enc.yaml']).map(({ stage }) => stage)).toEqual([
    'dev',
    'prod',
  ]);
});
