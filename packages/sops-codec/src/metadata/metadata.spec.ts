import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatVersion, isVersion } from './metadata';

const repository = join(__dirname, '../../../..');

test('new files name the sops release that the codec is compared with', () => {
  expect(readFileSync(join(repository, 'docs/compatibility.md'), 'utf8')).toContain(
    `Measured against sops ${formatVersion}:`,
  );
});

test.each([
  ['3.13.3', true],
  ['v3.13.3', true],
  ['3.13.3-rc.1', true],
  ['10.0.12', true],
  ['1.18', true],
  ['3.13', false],
  ['3', false],
  ['x3.13.3', false],
  ['', false],
])('version %j: %s', (text, expected) => {
  expect(isVersion(text)).toBe(expected);
});
