import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { repository } from '../packages.mjs';
import { commands } from '../reference/commands.mjs';

const read = (path) => readFile(join(repository, path), 'utf8');

describe('the pages know every command', async () => {
  const { generators, targets } = commands();
  const [, table] = /^## By command\n([^]*?)\n## /m.exec(await read('docs/README.md')) ?? [];
  const reference = await read('docs/reference.md');

  const has = (text, pattern) => new RegExp(pattern, 'm').test(text);

  for (const { name } of generators) {
    test(`the generator ${name} is in docs/README.md and docs/reference.md`, () => {
      assert.ok(has(table, `nx g secrets:${name}\\b`), 'docs/README.md');
      assert.ok(has(reference, `secrets:${name}\\b|^#+ .${name}.$`), 'docs/reference.md');
    });
  }

  for (const { name } of targets) {
    test(`the target ${name} is in docs/README.md and has a chapter in docs/reference.md`, () => {
      assert.ok(has(table, `\\b${name.replace('prune-secrets', 'secrets:prune')}\\b`), 'docs/README.md');
      assert.ok(has(reference, `^## .${name}.$`), 'docs/reference.md');
    });
  }
});
