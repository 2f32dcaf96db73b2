import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { logger } from '@nx/devkit';
import { FsTree } from 'nx/src/generators/tree';
import { useAwsWorkspace } from '../testing/aws-workspace.test-kit';
import init from './init/generator';
import prune from './prune/generator';
import set from './set/generator';

const workspace = useAwsWorkspace();
const root = 'services/user-service';
const argv = [...process.argv];
const printed: string[] = [];

/** As Nx does under --dry-run: what the generator gives back is not called. */
const tree = () => new FsTree(workspace.directory(), false);
const said = () => jest.mocked(logger.info).mock.calls.flat().join('\n');

beforeEach(() => {
  printed.length = 0;
  jest.spyOn(console, 'log').mockImplementation((text: string) => void printed.push(text));
  process.argv = [...argv, '--dry-run'];
});
afterEach(() => {
  process.argv = argv;
});

test('init says which keys and files it would make, and asks nobody', async () => {
  await init(tree(), { directory: root, stages: 'dev,prod' });
  expect(said()).toBe(
    [
      `would add to ${root}/.sops.yaml a rule for dev, prod`,
      'would create key alias/user-service-dev if it is missing, and repair it if it drifted',
      `would write ${root}/secrets/dev.enc.yaml once its key exists`,
      'would create key alias/user-service-prod if it is missing, and repair it if it drifted',
      `would write ${root}/secrets/prod.enc.yaml once its key exists`,
    ].join('\n'),
  );
  expect(workspace.aws().calls()).toEqual({});
});

test('init, for a stage that has a file, and keys that others make', async () => {
  await workspace.init({ directory: root, stages: 'dev' });
  jest.mocked(logger.info).mockClear();
  await init(tree(), { directory: root, stages: 'dev', keys: false });
  expect(said()).toContain('would not create key alias/user-service-dev: the pipeline does');
  expect(said()).toContain(`present    ${root}/secrets/dev.enc.yaml`);
  expect(said()).toContain(`present    ${root}/.sops.yaml`);
});

test('set names key and file, and takes no value; a real run says nothing of the kind', async () => {
  await workspace.init({ directory: root, stages: 'dev' });
  const file = join(workspace.directory(), root, 'secrets/dev.enc.yaml');
  const before = readFileSync(file);
  jest.mocked(logger.info).mockClear();
  await set(tree(), { directory: root, key: 'A' });
  expect(said()).toBe(`would set A in ${root}/secrets/dev.enc.yaml`);
  await set(tree(), { directory: root, key: 'A', unset: true });
  expect(said()).toContain('would remove A in');
  expect(readFileSync(file)).toEqual(before);

  process.argv = argv;
  jest.mocked(logger.info).mockClear();
  await set(tree(), { directory: root, key: 'A' });
  expect(said()).toBe('');
});

test('prune lists what would be deleted, and deletes nothing', async () => {
  await workspace.init({ directory: root, stages: 'dev' });
  await workspace.commit();
  await workspace.sync([root]);
  await workspace.git('rm', '-rq', root);
  await workspace.commit();
  await prune(tree(), { delete: true });
  expect(printed.join('\n')).toContain('would-delete');
  expect(workspace.aws().calls()['secretsmanager:DeleteSecret']).toBeUndefined();
});
