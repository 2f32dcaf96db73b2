import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { repository } from '../packages.mjs';

const page = await readFile(join(repository, 'docs/one-secret-one-key.md'), 'utf8');

/** Dollars a month. */
const keyPrice = 1;
const rotations = 2;
const secretPrice = 0.4;
const stages = 3;

const dollars = (amount) => `$${amount.toLocaleString('en-US', { minimumFractionDigits: 2 })}`;

describe('what docs/one-secret-one-key.md says of the cost', () => {
  const rows = [...page.matchAll(/^\| +(\d+) \| +(\d+) \|(.+)\|$/gm)];

  test('has a row for a few, some and many services', () =>
    assert.deepEqual(
      rows.map(([, services]) => services),
      ['3', '20', '200'],
    ));

  for (const [, services, count, cells] of rows)
    test(`${services} services: the sums are right`, () => {
      const all = Number(services) * stages;
      const rotated = all * (keyPrice + rotations + secretPrice);
      assert.equal(Number(count), all);
      assert.deepEqual(
        cells.split('|').map((cell) => cell.trim()),
        [all * (keyPrice + secretPrice), rotated, 2 * rotated, keyPrice + rotations + all * secretPrice].map(
          dollars,
        ),
      );
    });

  test('the prices of the sums are those of the list, which has a date', () => {
    assert.match(page, /^Prices of \d{4}-\d{2}-\d{2} in US dollars/m);
    assert.match(page, /^\| KMS key, customer managed +\| +\$1 a month \|$/m);
    assert.match(page, /^\| secret +\| +\$0\.40 a month \|$/m);
  });
});
