import { findMatchingProjects } from 'nx/src/utils/find-matching-projects';
import { findProject, type NamedProject } from './find-project';

const projects: readonly NamedProject[] = [
  { name: '@acme/orders', root: 'services/orders', tags: ['team:a', 'type:service'] },
  { name: '@acme/orders-e2e', root: 'e2e/orders', tags: ['type:e2e'] },
  { name: 'user_api', root: 'apps/users', tags: ['type:service'] },
  { name: 'payments', root: 'services/pay', tags: [] },
  { name: 'shop', root: '.', tags: [] },
  { name: 'tag:odd', root: 'libs/odd', tags: [] },
];

test.each<[string, string]>([
  ['@acme/orders', 'services/orders'],
  ['orders', 'services/orders'],
  ['ORDERS', 'services/orders'],
  ['orders-e2e', 'e2e/orders'],
  ['user', 'apps/users'],
  ['services/pay', 'services/pay'],
  ['services/pay/', 'services/pay'],
  ['pay*', 'services/pay'],
  ['apps/*', 'apps/users'],
  ['.', '.'],
  ['name:orders', 'services/orders'],
  ['directory:services/pay', 'services/pay'],
  ['directory:e2e/*', 'e2e/orders'],
  ['tag:team:a', 'services/orders'],
  ['tag:type:e*', 'e2e/orders'],
  ['tag:odd', 'libs/odd'],
  ['unlabeled:payments', 'services/pay'],
])('%s is the project in %s', (wanted, root) => {
  expect(findProject(wanted, projects).root).toBe(root);
});

test.each<[string, RegExp]>([
  ['acme', /"acme" is not|no project "acme"/],
  ['order', /no project "order"[^]*Did you mean/],
  ['paymnets', /no project "paymnets"[^]*Did you mean "payments"\?[^]*\n +npx nx show projects/],
  ['services/payy', /Did you mean "services\/pay"\?/],
  ['*', /matches 6 projects: @acme\/orders, /],
  ['tag:type:service', /matches 2 projects: @acme\/orders, user_api[^]*--project=@acme\/orders/],
  ['', /no project ""/],
  ['(', /no project/],
])('%s: %s', (wanted, message) => {
  expect(() => findProject(wanted, projects)).toThrow(message);
});

test('what Nx makes of the same names', () => {
  const nodes = Object.fromEntries(
    projects.map((data) => [
      data.name,
      { name: data.name, type: 'lib' as const, data: { ...data, tags: [...data.tags] } },
    ]),
  );
  const parts = [
    '@acme/orders',
    'orders',
    'user',
    'user_api',
    'e2e',
    'pay',
    'services',
    'services/pay',
    'shop',
    '.',
    'api',
  ];
  const labels = ['', 'name:', 'directory:', 'tag:', 'unlabeled:'];
  const names = labels.flatMap((label) =>
    [...parts, 'pay*', '*', '*orders*', 'services/*', 'type:*'].map((one) => label + one),
  );
  for (const name of names) {
    const [one, ...more] = findMatchingProjects([name], nodes);
    const theirs = one !== undefined && more.length === 0 ? one : undefined;
    expect([name, attempt(name)]).toEqual([name, theirs]);
  }
});

function attempt(wanted: string): string | undefined {
  try {
    return findProject(wanted, projects).name;
  } catch {
    return undefined;
  }
}
