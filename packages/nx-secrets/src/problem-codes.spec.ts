import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exitCodes, findingCodes } from 'sops-codec';
import { problemCodes } from './problem-codes';

const codes: readonly string[] = Object.values(problemCodes).flat();
const documented = [
  ...readFileSync(join(__dirname, '../../../docs/errors.md'), 'utf8').matchAll(
    /^\| `([a-zA-Z]+)` +\| (\S.*?) +\| (\S.*?) +\|$/gm,
  ),
];
const sources = readdirSync(__dirname, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.ts$/.test(path) && !/\.(spec|test-kit)\.ts$/.test(path) && path !== 'problem-codes.ts')
  .map((path) => readFileSync(join(__dirname, path), 'utf8'))
  .join('\n');

test('every code is one camelCase word, once', () => {
  expect(codes.filter((code) => !/^[a-z][a-zA-Z]+$/.test(code))).toEqual([]);
  expect(new Set(codes).size).toBe(codes.length);
});

test('docs/errors.md has every code of nx-secrets and of sops-codec, findings included, once, with cause and fix, and no other', () => {
  const all = new Set([...codes, ...Object.keys(exitCodes), ...findingCodes]);
  expect(documented.map(([, code]) => code).sort()).toEqual([...all].sort());
});

test('every code is used', () => {
  expect(codes.filter((code) => !sources.includes(`'${code}'`))).toEqual([]);
});
