import { logger } from '@nx/devkit';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { FsTree } from 'nx/src/generators/tree';
import { outcomes, problems, useAwsWorkspace } from '../../testing/aws-workspace.test-kit';
import rename, { type RenameOptions } from './generator';

const workspace = useAwsWorkspace();
const [orders, moved, pay] = ['services/orders', 'services/orders-api', 'services/pay'];
const run = (options: RenameOptions) => workspace.generate((tree) => rename(tree, options));
const optionsNow = () =>
  (JSON.parse(workspace.read('nx.json')) as { plugins: [{ options: Record<string, unknown> }] }).plugins[0]
    .options;
const configure = (options: object) =>
  workspace.write({ 'nx.json': JSON.stringify({ plugins: [{ plugin: 'nx-secrets', options }] }) });
const printed = () => jest.mocked(logger.info).mock.calls.flat().join('\n');
const calls = (call: string) => workspace.aws().calls()[call] ?? 0;
const files = () =>
  [
    ...['dev', 'prod'].map((stage) => `${moved}/secrets/${stage}.enc.yaml`),
    `${moved}/.sops.yaml`,
    'nx.json',
  ].map((path) => workspace.read(path));
const orphans = { deletion: { kind: 'orphans' } } as const;

workspace.prepare(async () => {
  await configure({ stages: ['dev', 'prod'], services: { [orders]: { output: 'json' } } });
  for (const directory of [orders, pay]) await workspace.init({ directory });
  await workspace.set(orders, 'dev', 'A', 'canary-dev');
  await workspace.set(orders, 'prod', 'A', 'canary-prod');
  await workspace.commit();
  await workspace.sync([orders, pay]);
  workspace.aws().resetCalls();
});

const bothRead = async (...names: readonly string[]) => {
  for (const name of names)
    for (const stage of ['dev', 'prod'])
      expect(await workspace.valueOf(name.replace('*', stage))).toBe(`{"A":"canary-${stage}"}`);
};
const mv = async () => {
  await workspace.git('mv', orders, moved);
  await workspace.commit();
};

describe('a folder that was renamed', () => {
  test.each(['moved before', 'moved by --to'])(
    '%s: name, key, secret and the rest of its entry stay; twice',
    async (how) => {
      if (how === 'moved before') await mv();
      const options = how === 'moved before' ? { directory: moved } : { directory: orders, to: moved };
      await run(options);
      expect(optionsNow()['services']).toEqual({ [moved]: { output: 'json', name: 'orders' } });
      const before = files();
      await run(options);
      expect(files()).toEqual(before);
      await workspace.commit();
      expect(outcomes(await workspace.sync([moved]))).toEqual([
        'orders dev unchanged',
        'orders prod unchanged',
      ]);
      expect(outcomes(await workspace.provision([moved]))).toEqual([
        'orders dev unchanged',
        'orders prod unchanged',
      ]);
      expect((await workspace.prune()).entries).toEqual([]);
      expect(calls('kms:CreateKey')).toBe(0);
    },
  );

  test('back to its first place: no entry is left', async () => {
    await mv();
    await run({ directory: moved });
    await run({ directory: moved, to: orders });
    expect(optionsNow()['services']).toEqual({ [orders]: { output: 'json' } });
  });

  test('--new-name: the new secret is made, the old one is read until it is pruned by its proof', async () => {
    await mv();
    await run({ directory: moved, newName: 'folder' });
    expect(optionsNow()['services']).toEqual({
      [moved]: {
        output: 'json',
        formerly: {
          name: 'orders',
          secretName: '/services/{service}/{stage}',
          keyAlias: '{service}-{stage}',
        },
      },
    });
    expect(workspace.read(`${moved}/.sops.yaml`)).not.toMatch(/orders-(dev|prod)|service: orders$/m);
    const before = files();
    await run({ directory: moved });
    expect(files()).toEqual(before);
    await workspace.commit();
    expect(outcomes(await workspace.sync([moved]))).toEqual([
      'orders-api dev created',
      'orders-api prod created',
    ]);
    await bothRead('/services/orders-api/*', '/services/orders/*');
    // As long as some may read the old ones, nothing deletes them.
    const early = await workspace.prune(orphans);
    expect(outcomes(early)).toEqual(['orders dev skipped', 'orders prod skipped']);
    await run({ directory: moved, finish: true });
    expect(optionsNow()['services']).toEqual({ [moved]: { output: 'json' } });
    await run({ directory: moved, finish: true });
    await workspace.commit();
    expect(outcomes(await workspace.prune(orphans))).toEqual([
      'orders dev deletion-scheduled',
      'orders prod deletion-scheduled',
    ]);
    await bothRead('/services/orders-api/*');
  });

  test('a dry run writes and calls nothing, and shows names only', async () => {
    await mv();
    const before = files();
    process.argv.push('--dry-run');
    try {
      await rename(new FsTree(workspace.directory(), false), { directory: moved, newName: 'folder' });
    } finally {
      process.argv.pop();
    }
    expect(files()).toEqual(before);
    expect(workspace.aws().calls()).toEqual({});
    expect(printed()).toContain(
      'would move orders-api dev: /services/orders/dev (alias/orders-dev) to /services/orders-api/dev',
    );
    expect(printed()).not.toContain('canary');
  });
});

test('a run that is stopped before any of its requests loses nothing, and the next run goes on', async () => {
  await mv();
  const restoreAws = workspace.aws().keepState();
  const send = Object.getOwnPropertyDescriptor(NodeHttpHandler.prototype, 'handle')!
    .value as NodeHttpHandler['handle'];
  let ended = false;
  for (let stopAt = 0; !ended; stopAt += 1) {
    restoreAws();
    await workspace.git('reset', '-q', '--hard');
    let sent = 0;
    const stopping = jest.spyOn(NodeHttpHandler.prototype, 'handle').mockImplementation(function (
      this: NodeHttpHandler,
      ...request
    ) {
      sent += 1;
      if (sent > stopAt) throw Object.assign(new Error('stopped'), { name: 'Stopped' });
      return send.apply(this, request);
    });
    ended = await run({ directory: moved, newName: 'folder' }).then(
      () => true,
      () => false,
    );
    stopping.mockRestore();
    expect(stopAt).toBeLessThan(80);
    // As if Nx had been killed between its two files.
    if (stopAt % 2 === 1) await workspace.git('checkout', '--', `${moved}/.sops.yaml`);
    await bothRead('/services/orders/*');
    await run({ directory: moved });
    await workspace.git('commit', '-qam', 'renamed');
    expect(problems(await workspace.sync([moved]))).toEqual([]);
    await bothRead('/services/orders-api/*', '/services/orders/*');
    await workspace.git('reset', '-q', '--hard', 'HEAD~1');
  }
}, 120_000);

describe('patterns', () => {
  test('of one service: secret and key get their names, and it reads either meanwhile', async () => {
    await run({ directory: orders, secretName: '/team/orders/{stage}', keyAlias: 'team-orders-{stage}' });
    await workspace.commit();
    expect(outcomes(await workspace.sync([orders, pay]))).toEqual([
      'orders dev created',
      'orders prod created',
      'pay dev unchanged',
      'pay prod unchanged',
    ]);
    await bothRead('/team/orders/*', '/services/orders/*');
    await run({ directory: orders, finish: true });
    await workspace.commit();
    expect(outcomes(await workspace.prune(orphans))).toEqual([
      'orders dev deletion-scheduled',
      'orders prod deletion-scheduled',
    ]);
  });

  test('of the secret alone: key and file stay', async () => {
    const file = workspace.read(`${orders}/secrets/dev.enc.yaml`);
    await run({ directory: orders, secretName: '/team/orders/{stage}' });
    expect(workspace.read(`${orders}/secrets/dev.enc.yaml`)).toBe(file);
    await workspace.commit();
    expect(outcomes(await workspace.sync([orders]))).toEqual(['orders dev created', 'orders prod created']);
    await bothRead('/team/orders/*', '/services/orders/*');
  });

  test('of all services', async () => {
    await run({ all: true, secretName: '/v2/{service}/{stage}', keyAlias: 'v2/{service}/{stage}' });
    await run({ all: true });
    await workspace.commit();
    expect(outcomes(await workspace.sync([orders, pay])).every((one) => one.endsWith('created'))).toBe(true);
    await bothRead('/v2/orders/*', '/services/orders/*');
    await run({ all: true, finish: true });
    expect(optionsNow()).toEqual({
      stages: ['dev', 'prod'],
      secretName: '/v2/{service}/{stage}',
      keyAlias: 'v2/{service}/{stage}',
      services: { [orders]: { output: 'json' } },
    });
  });

  test.each(['keyAlias', 'secretName'])(
    '%s edited in nx.json by hand: rename goes on from there',
    async (option) => {
      const pattern = option === 'keyAlias' ? 'v2/{service}/{stage}' : '/v2/{service}/{stage}';
      await configure({ ...optionsNow(), [option]: pattern });
      await run({ directory: orders });
      expect(optionsNow()['services']).toMatchObject({ [orders]: { formerly: { name: 'orders' } } });
      await workspace.commit();
      const secret = option === 'keyAlias' ? '/services/orders/*' : '/v2/orders/*';
      expect(problems(await workspace.sync([orders]))).toEqual([]);
      await bothRead(secret, '/services/orders/*');
    },
  );
});

describe('refused', () => {
  test('a copy of another service, whose key it would open', async () => {
    await workspace.write({
      [`services/copy/.sops.yaml`]: workspace.read(`${orders}/.sops.yaml`),
      [`services/copy/secrets/dev.enc.yaml`]: workspace.read(`${orders}/secrets/dev.enc.yaml`),
    });
    await expect(run({ directory: 'services/copy', newName: 'folder' })).rejects.toThrow('another service');
    await expect(run({ directory: 'services/copy' })).rejects.toThrow('another service');
  });

  test("rules that name a key which no naming of nx.json makes, such as somebody else's", async () => {
    const rules = workspace.read(`${orders}/.sops.yaml`).replaceAll('alias/orders-', 'alias/treasury-');
    await workspace.write({ [`${orders}/.sops.yaml`]: rules });
    await expect(run({ directory: orders, newName: 'folder', keyAlias: 'x-{stage}' })).rejects.toThrow(
      'no naming in nx.json',
    );
    expect(calls('kms:Decrypt')).toBe(0);
  });

  test('a name that another service has, or had', async () => {
    await expect(run({ directory: orders, newName: 'pay' })).rejects.toThrow('would share');
  });

  test('a new name alone, where the patterns do not have it', async () => {
    await run({ directory: orders, secretName: '/x/{stage}', keyAlias: 'x-{stage}' });
    await run({ directory: orders, finish: true });
    await workspace.commit();
    await expect(run({ directory: orders, newName: 'orders2' })).rejects.toThrow('by its tags');
  });
});
