import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DescribeSecretCommand } from '@aws-sdk/client-secrets-manager';
import type { ExecutorContext } from '@nx/devkit';
import { FsTree } from 'nx/src/generators/tree';
import prune from '../../generators/prune/generator';
import { useAwsWorkspace } from '../../testing/aws-workspace.test-kit';
import executor from './executor';
import { deletionOf, type PruneOptions } from './definition';

test.each<[PruneOptions['delete'], string, readonly string[]]>([
  [undefined, 'none', []],
  [false, 'none', []],
  ['', 'none', []],
  [true, 'orphans', []],
  ['/services/a/dev', 'named', ['/services/a/dev']],
  ['/services/a/dev,/services/b/dev', 'named', ['/services/a/dev', '/services/b/dev']],
  [['/services/a/dev', '/services/b/dev'], 'named', ['/services/a/dev', '/services/b/dev']],
  [[true, '/services/a/dev'], 'named', ['/services/a/dev']],
])('--delete %j means %s %j', (given, kind, names) => {
  const deletion = deletionOf(given);
  expect(deletion.kind).toBe(kind);
  expect(deletion.kind === 'named' ? [...deletion.names] : []).toEqual(names);
});

describe('executor and generator', () => {
  const workspace = useAwsWorkspace();
  const user = 'services/user-service';
  let printed: string[];

  const context = () =>
    ({
      root: workspace.directory(),
      projectName: 'tools',
      nxJsonConfiguration: JSON.parse(readFileSync(join(workspace.directory(), 'nx.json'), 'utf8')),
      projectsConfigurations: { version: 2, projects: { tools: { root: 'tools' } } },
    }) as unknown as ExecutorContext;
  const generate = async (options: PruneOptions) => {
    const tree = new FsTree(workspace.directory(), false);
    const callback = await prune(tree, options);
    expect(tree.listChanges()).toEqual([]);
    await callback();
  };
  const deletedOn = async () =>
    (await workspace.client().send(new DescribeSecretCommand({ SecretId: '/services/user-service/dev' })))
      .DeletedDate;

  beforeEach(async () => {
    printed = [];
    jest.spyOn(console, 'log').mockImplementation((text: string) => void printed.push(text));
    jest.spyOn(console, 'error').mockImplementation((text: string) => void printed.push(text));
    await workspace.init({ directory: user, stages: 'dev' });
    await workspace.commit();
    await workspace.sync([user]);
    await workspace.git('rm', '-rq', user);
    await workspace.commit();
  });

  test.each([
    ['executor', (options: PruneOptions) => executor(options, context())],
    ['generator', generate],
  ])('%s: lists, then deletes, then has nothing to do', async (_, run) => {
    await run({});
    expect(printed.join('\n')).toMatch(/^orphan {2}user-service {2}dev/);
    expect(await deletedOn()).toBeUndefined();
    await run({ delete: true, window: 7, json: 'report.json' });
    expect(JSON.parse(workspace.read('report.json')).counts).toEqual({ 'deletion-scheduled': 1 });
    const deleted = await deletedOn();
    expect(deleted).toBeDefined();
    await run({ delete: true, window: 7 });
    expect(await deletedOn()).toEqual(deleted);
  });

  test('what is wrong ends with exit code 1', async () => {
    expect(await executor({ window: 3 }, context())).toEqual({ success: false });
    expect(printed.join()).toContain('--window=30');
    expect(await executor({ delete: '/services/gone/dev' }, context())).toEqual({ success: false });
    await expect(generate({ delete: '/services/gone/dev' })).rejects.toThrow('one problem remains');
    expect(printed.join()).toContain('no managed secret /services/gone/dev');
  });
});
