import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { privateFolder } from '../private-folder.mjs';
import { holdsAny, searchFolder } from './canary.mjs';

const value = 'postgres://app:kq"8&z+Vt@db/users';
const base64 = (text) => Buffer.from(text).toString('base64');

describe('holdsAny', () => {
  const cases = [
    ['the value itself', `DATABASE_URL=${value}`, true],
    ['in JSON', JSON.stringify({ DATABASE_URL: value }), true],
    ['in a URL', `https://x/?q=${encodeURIComponent(value)}`, true],
    ['in hexadecimal', Buffer.from(value).toString('hex'), true],
    ['in base64', base64(value), true],
    ['in base64, behind one byte', base64(`"${value}"`), true],
    ['in base64, behind two bytes', base64(`x"${value}"`), true],
    ['in base64, behind three bytes', base64(`: "${value}"`), true],
    ['a part of it', value.slice(0, -1), false],
    ['nothing', '', false],
  ];
  for (const [name, text, expected] of cases) {
    test(name, () => assert.equal(holdsAny(Buffer.from(text), [value]), expected));
  }
});

test('searchFolder names the files, at any depth and in hidden folders', async () => {
  const folder = await privateFolder('canary-spec');
  try {
    await mkdir(join(folder.path, '.nx/cache'), { recursive: true });
    await writeFile(join(folder.path, '.nx/cache/output'), `set to ${value}`);
    await writeFile(join(folder.path, 'README.md'), 'nothing here');
    assert.deepEqual(await searchFolder(folder.path, [value]), {
      found: [join(folder.path, '.nx/cache/output')],
      searched: 2,
    });
  } finally {
    await folder.remove();
  }
});
