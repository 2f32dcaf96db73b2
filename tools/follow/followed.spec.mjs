import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { repository } from '../packages.mjs';
import { followed, modules, ports } from './followed.mjs';

describe('what the codec follows', () => {
  for (const { file, line, origins } of ports()) {
    test(`${file} names it in its first line`, () => {
      const written = origins.map(
        ({ name, version, files }) => `${name} v${version}: ${files.map((one) => `\`${one}\``).join(', ')}`,
      );
      assert.equal(line, `/** Follows ${written.join('; ')}. */`);
      assert.ok(written.length > 0);
      for (const { name, version } of origins) assert.equal(version, followed[modules[name]]);
    });
  }

  test('there are ports of all formats', () => assert.ok(ports().length >= 30));

  test('the version that is written into files is that of followed.json', () => {
    const metadata = readFileSync(join(repository, 'packages/sops-codec/src/metadata/metadata.ts'), 'utf8');
    assert.equal(/formatVersion = '([^']+)'/.exec(metadata)?.[1], followed[modules.sops]);
  });
});
