import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { logger } from '@nx/devkit';
import { FsTree } from 'nx/src/generators/tree';
import { outcomes, problems, useAwsWorkspace } from '../../testing/aws-workspace.test-kit';
import rename, { type RenameOptions } from './generator';

const workspace = useAwsWorkspace();
const [orders, pay] = ['services/orders', 'services/pay'];
const run = (options: RenameOptions) => workspace.generate((tree) => rename(tree, options));
const printed = () => jest.mocked(logger.info).mock.calls.flat().join('\n');
const valuesOf = (...names: readonly string[]) =>
  Promise.all(names.map((name) => workspace.valueOf(`/services/${name}/dev`)));
const mv = (from: string, to: string) => workspace.git('mv', from, to);
const unchanged = async (...roots: readonly string[]) => {
  await workspace.commit();
  const done = outcomes(await workspace.sync(roots));
  expect(done).toHaveLength(roots.length);
  expect(done.every((one) => one.endsWith(' dev unchanged'))).toBe(true);
};

workspace.prepare(async () => {
  const options = {
    stages: ['dev'],
    services: { [orders]: { output: 'json' }, [`${orders}/worker`]: 'orders-worker' },
    checkExceptions: { [`${orders}/.env`]: ['A'], 'services/orders-api/.env': ['A'] },
  };
  await workspace.write({
    'nx.json': `// kept\n${JSON.stringify({ plugins: [{ plugin: 'nx-secrets', options }] }, undefined, 2)}`,
    'package.json': '{\n  "name": "shop",\n  "workspaces": ["services/orders", "services/pay"]\n}',
    'tsconfig.base.json': '{\n  "paths": { "@shop/orders": ["services/orders/src"] }\n}',
    '.github/CODEOWNERS': '/services/orders/ @shop/orders\n',
    'import-map.yaml': 'legacy/orders: services/orders\n',
    [`${orders}/project.json`]: '{\n  "name": "orders",\n  "sourceRoot": "services/orders/src"\n}',
    [`${orders}/tsconfig.json`]: '{ "extends": "../../tsconfig.base.json" }',
    [`${pay}/tsconfig.json`]: '{ "references": [{ "path": "../orders" }] }',
  });
  for (const directory of [orders, pay]) await workspace.init({ directory });
  await workspace.set(orders, 'dev', 'A', 'canary-orders');
  await workspace.set(pay, 'dev', 'A', 'canary-pay');
  await workspace.commit();
  await workspace.sync([orders, pay]);
  workspace.aws().resetCalls();
});

describe('what names the former folder', () => {
  const to = 'services/shop/sales';
  const places = [
    '.github/CODEOWNERS:1 still names services/orders',
    'import-map.yaml:1 still names services/orders',
    'package.json:3 still names services/orders',
    'services/pay/tsconfig.json:1 still names services/orders',
    'services/shop/sales/project.json:3 still names services/orders',
    'services/shop/sales/tsconfig.json:1 leads elsewhere from services/shop/sales',
    'tsconfig.base.json:2 still names services/orders',
  ];
  const notes = () =>
    [...printed().matchAll(/^note: (.*), and is not changed by this$/gm)].map(([, one]) => one);

  test.each(['--to', 'git mv', 'git mv, committed'])(
    '%s: named by file and line; ours is changed',
    async (how) => {
      if (how === '--to') await run({ directory: orders, to });
      else {
        await workspace.write({ 'services/shop/.gitkeep': '' });
        await mv(orders, to);
        if (how !== 'git mv') await workspace.commit();
        await run({ directory: to });
      }
      expect(notes().sort()).toEqual(places);
      expect(workspace.read('nx.json')).toMatch(/^\/\/ kept\n/);
      const { services, checkExceptions } = JSON.parse(workspace.read('nx.json').slice(8)).plugins[0].options;
      expect(services).toEqual({
        [to]: { output: 'json', name: 'orders' },
        [`${to}/worker`]: 'orders-worker',
      });
      expect(checkExceptions).toEqual({ [`${to}/.env`]: ['A'], 'services/orders-api/.env': ['A'] });
      expect(workspace.read(`${to}/project.json`)).toContain('services/orders/src');
      const before = workspace.read('nx.json');
      await run({ directory: to });
      expect(workspace.read('nx.json')).toBe(before);
    },
  );

  test('a dry run of --to names the same places, where they are now', async () => {
    process.argv.push('--dry-run');
    try {
      await rename(new FsTree(workspace.directory(), false), { directory: orders, to, newName: 'folder' });
    } finally {
      process.argv.pop();
    }
    expect(notes().sort()).toEqual(
      places.map((place) => place.replace(/^services\/shop\/sales\//, `${orders}/`)).sort(),
    );
    expect(printed()).toContain('would move sales dev');
    expect((await workspace.git('status', '--porcelain')).stdout).toBe('');
  });

  test('the same for patterns of the package manager', async () => {
    await workspace.write({
      'package.json': '{ "workspaces": ["services/*"] }',
      'pnpm-workspace.yaml': 'packages:\n  - libs/*\n',
      [`${orders}/package.json`]: '{}',
    });
    await workspace.commit();
    await run({ directory: orders, to });
    expect(printed()).toContain(`no workspace pattern of package.json covers ${to}, as one did ${orders}`);
    await run({ directory: to, to: 'services/sales' });
    jest.mocked(logger.info).mockClear();
    await run({ directory: 'services/sales' });
    expect(printed()).not.toContain('no workspace pattern');
  });

  test('where another service is in the former folder by now, it is named by right', async () => {
    await run({ directory: orders, to });
    await workspace.commit();
    const named = workspace
      .read('nx.json')
      .replace('"services": {', `"services": { "${orders}": "new-orders",`);
    await workspace.write({ 'nx.json': named });
    await workspace.init({ directory: orders });
    jest.mocked(logger.info).mockClear();
    await run({ directory: to });
    expect(notes()).toEqual([]);
  });
});

describe('two services', () => {
  const swap = async () => {
    await mv(orders, 'services/tmp');
    await mv(pay, orders);
    await mv('services/tmp', pay);
  };

  test.each([orders, pay])('swapped: one run in %s keeps the names of both', async (directory) => {
    await swap();
    await workspace.commit();
    expect(problems(await workspace.sync([orders, pay]))).not.toEqual([]);
    await run({ directory });
    const { services } = optionsWithComments();
    expect(services).toMatchObject({ [orders]: { name: 'pay' }, [pay]: 'orders' });
    await unchanged(orders, pay);
    expect(await valuesOf('orders', 'pay')).toEqual(['{"A":"canary-orders"}', '{"A":"canary-pay"}']);
    const before = workspace.read('nx.json');
    await run({ directory });
    expect(workspace.read('nx.json')).toBe(before);
    expect((await workspace.prune()).entries).toEqual([]);
  });

  test('swapped: new names at once would mix their keys, and are refused', async () => {
    await swap();
    await expect(run({ directory: orders, newName: 'folder' })).rejects.toThrow('another service');
  });

  test('one takes the name that the other one had: while that is read, and until it is pruned, it is refused', async () => {
    await run({ directory: orders, newName: 'sales' });
    await workspace.commit();
    await workspace.sync([orders]);
    await expect(run({ directory: pay, newName: 'orders' })).rejects.toThrow('would share');
    await workspace.git('checkout', '-q', '--', '.');
    await run({ directory: orders, finish: true });
    await workspace.commit();
    const taken = await run({ directory: pay, newName: 'orders' }).then(
      () => undefined,
      (error: Error) => error,
    );
    await workspace.commit().catch(() => undefined);
    const report = await workspace.sync([pay]);
    expect([taken !== undefined, problems(report).length > 0]).toContain(true);
    expect(await valuesOf('orders', 'sales', 'pay')).toEqual([
      '{"A":"canary-orders"}',
      '{"A":"canary-orders"}',
      '{"A":"canary-pay"}',
    ]);
  });
});

const optionsWithComments = () =>
  (
    JSON.parse(workspace.read('nx.json').replace('// kept\n', '')) as {
      plugins: [{ options: Record<string, unknown> }];
    }
  ).plugins[0].options;

describe('folders and names', () => {
  test.each([
    'apps/Orders',
    'apps/orders.v2',
    'apps/[orders]*',
    'apps/a b',
    "apps/it's",
    'apps/bücher',
    '-x/y',
  ])('--to=%s keeps name and secret', async (to) => {
    await run({ directory: orders, to });
    await run({ directory: to });
    expect(optionsWithComments()['services']).toMatchObject({ [to]: { name: 'orders' } });
    await workspace.commit();
    expect((await workspace.git('ls-files', '-z', '--', `:(literal)${to}`)).stdout).toContain('dev.enc.yaml');
  });

  test.each([
    ['..', 'not a folder'],
    ['../away', 'not a folder'],
    ['/tmp/away', 'not a folder'],
    ['', 'not a folder'],
    ['.', 'not a folder'],
    ['.git/x', 'not a folder'],
    ['services/pay', 'exists already'],
    ['services/orders/inner', 'which is in it'],
    ['package.json', 'exists already'],
    ['package.json/x', ''],
    ['link/x', ''],
    ['link', ''],
  ])('--to=%s is refused, and nothing is moved', async (to, text) => {
    symlinkSync('/tmp', join(workspace.directory(), 'link'));
    const before = workspace.read('nx.json');
    await expect(run({ directory: orders, to })).rejects.toThrow(text);
    expect(workspace.read('nx.json')).toBe(before);
    expect(workspace.read(`${orders}/.sops.yaml`)).toContain('orders-dev');
    expect((await workspace.git('status', '--porcelain')).stdout).toBe('?? link');
  });

  test.each(['ü', 'a b', '../x', 'a*', 'x\ny', '{service}', 'a'.repeat(300), '__proto__', ''])(
    '--new-name=%j is refused or becomes a name, and no value is lost',
    async (newName) => {
      await run({ directory: orders, newName }).catch(() => undefined);
      expect(await valuesOf('orders', 'pay')).toEqual(['{"A":"canary-orders"}', '{"A":"canary-pay"}']);
      const refused = await run({ directory: orders, newName }).then(
        () => '',
        ({ message }: Error) => message,
      );
      if (newName === '__proto__') return;
      expect(refused).not.toBe('');
      expect((await workspace.git('status', '--porcelain')).stdout).toBe('');
    },
  );

  test.each(['Orders', 'orders.v2'])('--new-name=%s', async (newName) => {
    const alias = newName === 'Orders' ? undefined : 'orders-v2-{stage}';
    await run({ directory: orders, newName, ...(alias ? { keyAlias: alias } : {}) });
    await workspace.commit();
    expect(problems(await workspace.sync([orders]))).toEqual([]);
    expect(await valuesOf('orders', newName)).toEqual(['{"A":"canary-orders"}', '{"A":"canary-orders"}']);
  });
});

test('the project at the root: another name, and no other folder', async () => {
  await workspace.write({ 'project.json': '{ "name": "shop" }' });
  process.argv.push('--project=shop');
  try {
    await workspace.init({ project: 'shop' });
    await workspace.commit();
    await expect(run({ project: 'shop', to: 'apps/shop' })).rejects.toThrow('workspace root cannot be moved');
    await run({ project: 'shop', newName: 'mall' });
  } finally {
    process.argv.pop();
  }
  expect(optionsWithComments()['services']).toMatchObject({
    '.': { name: 'mall', formerly: { name: 'shop' } },
  });
  expect(workspace.read('.sops.yaml')).toContain('mall-dev');
});

test('uncommitted changes move along, and stay', async () => {
  await workspace.write({
    [`${orders}/new.ts`]: 'new',
    [`${orders}/project.json`]: '{"name":"orders","x":1}',
  });
  await workspace.set(orders, 'dev', 'B', 'canary-b');
  await run({ directory: orders, to: 'services/sales' });
  expect(workspace.read('services/sales/new.ts')).toBe('new');
  expect(workspace.read('services/sales/project.json')).toContain('"x":1');
  await workspace.commit();
  expect(outcomes(await workspace.sync(['services/sales']))).toEqual(['orders dev updated']);
});

test('a stage of nx.json without a file, and a file that was removed, are none of its affair', async () => {
  await workspace.write({
    'nx.json': workspace.read('nx.json').replace('"dev"', '"dev", "qa"'),
  });
  await run({ directory: orders, newName: 'sales' });
  await workspace.commit();
  expect(outcomes(await workspace.sync([orders]))).toEqual(['sales dev created']);
});
