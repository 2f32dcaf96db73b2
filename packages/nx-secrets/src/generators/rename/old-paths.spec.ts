import { leadsElsewhere, namesFormerFolder } from './old-paths';
import { folderOf } from './folder-of';
import { movedExceptions } from './moved-exceptions';

const move = { from: 'services/orders', to: 'apps/shop/orders' };

test.each([
  ['"sourceRoot": "services/orders/src",', 'apps/shop/orders/project.json', true],
  ['"outputs": ["{workspaceRoot}/dist/services/orders"]', 'apps/shop/orders/project.json', true],
  ['"command": "cd services/orders && npm test"', 'package.json', true],
  ['"@acme/orders": ["./services/orders/src/index.ts"]', 'tsconfig.base.json', true],
  ['"path": "../orders"', 'services/pay/tsconfig.json', true],
  ['{ "path": "../../services/orders/tsconfig.lib.json" }', 'apps/web/tsconfig.json', true],
  ['"workspaces": ["services/orders", "libs/*"]', 'package.json', true],
  ['/services/orders/ @acme/team-orders', 'CODEOWNERS', true],
  ['services/orders/secrets/*.enc.yaml diff=sops', '.gitattributes', true],
  ['paths: [services/orders/**]', '.github/workflows/ci.yml', true],
  ['  "services\\\\orders\\\\x": 1', 'a.json', true],
  ['see https://github.com/acme/shop/tree/main/services/orders', 'README.md', true],
  ['"path": "../orders"', 'apps/shop/pay/tsconfig.json', false],
  ['"path": "apps/shop/orders/src"', 'tsconfig.base.json', false],
  ['"services/orders-api/src"', 'tsconfig.base.json', false],
  ['"my-services/orders"', 'tsconfig.base.json', false],
  ['/services/other', 'nx.json', false],
  ['the orders of services', 'README.md', false],
])('%s in %s: %s', (line, file, expected) => {
  expect(namesFormerFolder(line, file, move)).toBe(expected);
});

test.each([
  ['"./orders/src"', 'tsconfig.json', true],
  ['orders/** @team', 'CODEOWNERS', true],
  ['/orders/ @team', 'CODEOWNERS', true],
  ['all orders of the shop', 'README.md', false],
  ['"apps/orders/src"', 'tsconfig.json', false],
])('a folder at the top: %s in %s: %s', (line, file, expected) => {
  expect(namesFormerFolder(line, file, { from: 'orders', to: 'apps/orders' })).toBe(expected);
});

test.each([
  ['"extends": "../../tsconfig.base.json"', 'tsconfig.json', true],
  ["import { x } from '../../../libs/x';", 'src/main.ts', true],
  ["import { x } from '../lib/x';", 'src/main.ts', false],
  ['"extends": "../../missing.json"', 'tsconfig.json', false],
  ['"$schema": "../../../../outside.json"', 'tsconfig.json', false],
])('what leads out of the folder: %s in %s: %s', (line, file, expected) => {
  const exists = (path: string) => ['tsconfig.base.json', 'libs/x', 'services/orders/lib/x'].includes(path);
  expect(leadsElsewhere(line, `${move.to}/${file}`, move, exists)).toBe(expected);
});

test('a folder next to the former one: what leads out of it leads there still', () => {
  const neighbour = { from: 'services/orders', to: 'services/sales' };
  expect(leadsElsewhere('"../../tsconfig.base.json"', 'services/sales/a.json', neighbour, () => true)).toBe(
    false,
  );
});

test('checkExceptions, as a list and as an object', () => {
  const patterns = ['services/orders/.env', 'services/orders-api/.env', '**/fixtures/**'];
  const moved = ['apps/shop/orders/.env', 'services/orders-api/.env', '**/fixtures/**'];
  expect(movedExceptions(patterns, move)).toEqual(moved);
  expect(movedExceptions({ 'services/orders/.env': ['A'] }, move)).toEqual({
    'apps/shop/orders/.env': ['A'],
  });
});

test.each([
  ['apps/orders', 'apps/orders'],
  ['apps\\orders\\', 'apps/orders'],
  ['./apps/../apps/Orders.v2', 'apps/Orders.v2'],
  ['apps/bücher [1]*', 'apps/bücher [1]*'],
])('--to=%s', (to, folder) => {
  expect(folderOf(to)).toBe(folder);
});

test.each([
  '',
  ' ',
  '.',
  './',
  '..',
  '../x',
  'a/../../x',
  '/tmp/x',
  'C:/x',
  'a\nb',
  '.git/x',
  'node_modules/x',
])('--to=%j is not a folder of the workspace', (to) => {
  expect(() => folderOf(to)).toThrow('is not a folder in the workspace');
});
