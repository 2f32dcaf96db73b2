import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { repository } from './packages.mjs';

const text = readFileSync(join(repository, 'docs/architecture.md'), 'utf8');

/** The chapter under a heading, up to the next one. */
const chapter = (heading) => text.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';

/** Question and file of each row. */
const rows = [...chapter('Where is …?').matchAll(/^\| (.+?) +\| `(\S+)` +\|$/gm)].map(
  ([, question, file]) => ({
    question,
    file,
  }),
);

describe('docs/architecture.md', () => {
  test('answers each of its questions by another file', () => {
    assert.ok(rows.length >= 36, `${rows.length} questions`);
    assert.equal(new Set(rows.map(({ file }) => file)).size, rows.length);
    assert.equal(new Set(rows.map(({ question }) => question)).size, rows.length);
  });

  for (const { question, file } of rows) {
    test(`${question}: ${file} exists and is short`, () => {
      const lines = readFileSync(join(repository, file), 'utf8').split('\n').length - 1;
      // A schema is a list of all options.
      assert.ok(lines < 250 || file.endsWith('schema.json'), `${lines} lines`);
    });
  }

  for (const [name, folder] of [
    ['nx-secrets', 'nx-secrets'],
    ['sops-codec', 'sops-codec'],
    ['local-aws', 'local-aws'],
  ]) {
    test(`the files and folders that its chapter on ${name} names exist`, () => {
      const named = [...chapter(name).matchAll(/`([a-z-]+(?:\/[a-z-]+)*(?:\/|\.ts))`/g)].map(
        ([, path]) => path,
      );
      assert.ok(named.length > 0);
      const missing = named.filter((path) => !existsSync(join(repository, 'packages', folder, 'src', path)));
      assert.deepEqual(missing, []);
    });
  }
});
