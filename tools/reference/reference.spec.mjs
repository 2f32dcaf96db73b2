import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { exportedMembers, undocumented } from './members.mjs';
import { pageOf, pagePath } from './page.mjs';

describe('the reference of sops-codec', () => {
  const members = exportedMembers();

  test('every exported member has TSDoc', () => {
    assert.ok(members.length > 60);
    assert.deepEqual(undocumented(members), []);
  });

  test('a member without is found', () => {
    const inner = [{ name: 'b', type: 'string', text: '' }];
    assert.deepEqual(undocumented([{ name: 'A', text: '', members: inner }]), ['A', 'A.b']);
  });

  test('the page is current: node tools/reference/write.mjs', async () => {
    assert.equal(await readFile(pagePath, 'utf8'), await pageOf(members));
  });
});
