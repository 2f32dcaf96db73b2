import { readNxJson, updateNxJson } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import type { NxJsonConfiguration } from '@nx/devkit';
import { registerPlugin, type NewStages } from './register-plugin';

type Plugins = NxJsonConfiguration['plugins'];
const dev: NewStages = new Map([['dev', {}]]);

const rows: readonly [string, Plugins, NewStages, Plugins][] = [
  ['into an empty nx.json', undefined, new Map(), ['secrets']],
  [
    'with stages',
    undefined,
    new Map([
      ['dev', {}],
      ['prod', {}],
    ]),
    [{ plugin: 'secrets', options: { stages: ['dev', 'prod'] } }],
  ],
  [
    'with a region',
    ['@nx/js'],
    new Map([['dev', { region: 'eu-west-1' }]]),
    ['@nx/js', { plugin: 'secrets', options: { stages: { dev: { region: 'eu-west-1' } } } }],
  ],
  ['again without stages', ['secrets'], new Map(), ['secrets']],
  [
    'stages into a plain entry',
    ['secrets', '@nx/js'],
    dev,
    [{ plugin: 'secrets', options: { stages: ['dev'] } }, '@nx/js'],
  ],
  [
    'a new stage into a list',
    [{ plugin: 'secrets', options: { stages: ['dev'], keyAlias: 'x-{service}-{stage}' } }],
    new Map([
      ['dev', {}],
      ['prod', {}],
    ]),
    [{ plugin: 'secrets', options: { stages: ['dev', 'prod'], keyAlias: 'x-{service}-{stage}' } }],
  ],
  [
    'what is configured stays, and so does what else the entry has',
    [{ plugin: 'secrets', include: ['services/**'], options: { stages: { dev: { region: 'us-east-1' } } } }],
    new Map([
      ['dev', { region: 'eu-west-1' }],
      ['prod', { region: 'eu-west-1' }],
    ]),
    [
      {
        plugin: 'secrets',
        include: ['services/**'],
        options: { stages: { dev: { region: 'us-east-1' }, prod: { region: 'eu-west-1' } } },
      },
    ],
  ],
];

test.each(rows)('%s', (_, before, stages, after) => {
  const tree = createTreeWithEmptyWorkspace();
  updateNxJson(tree, before ? { plugins: before } : {});
  registerPlugin(tree, 'secrets', stages);
  expect(readNxJson(tree)?.plugins).toEqual(after);
  const text = tree.read('nx.json', 'utf8');
  registerPlugin(tree, 'secrets', stages);
  expect(tree.read('nx.json', 'utf8')).toBe(text);
});

test('comments of nx.json stay', () => {
  const tree = createTreeWithEmptyWorkspace();
  const text = '{\n  // Whose it is.\n  "plugins": ["@nx/js"] // the rest\n}\n';
  tree.write('nx.json', text);
  registerPlugin(tree, 'secrets', dev);
  const written = tree.read('nx.json', 'utf8') ?? '';
  expect(written).toContain('// Whose it is.');
  expect(written).toContain('// the rest');
  expect(readNxJson(tree)?.plugins).toEqual(['@nx/js', { plugin: 'secrets', options: { stages: ['dev'] } }]);
});
