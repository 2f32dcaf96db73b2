import { afterMove } from './nx-projects';

test('projects in a moved folder get its new place; others stay, those whose names begin alike, too', () => {
  const roots = ['.', 'services/orders', 'services/orders/worker', 'services/orders-api', 'libs/orders'];
  const moved = afterMove(
    { roots, names: new Map(roots.map((root) => [root, `project of ${root}`])) },
    'services/orders',
    'apps/shop/orders',
  );
  const places = ['.', 'apps/shop/orders', 'apps/shop/orders/worker', 'services/orders-api', 'libs/orders'];
  expect(moved.roots).toEqual(places);
  expect([...moved.names]).toEqual(places.map((place, index) => [place, `project of ${roots[index]}`]));
});
