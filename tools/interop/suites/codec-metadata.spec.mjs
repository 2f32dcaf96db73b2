/**
 * Each field of the metadata and each encrypted text in every wrong type, case, order and repetition: sops and the codec
 * accept the same files, with the same values, and refuse with the same exit code.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createKeyring, decrypt, parse, SopsError, writePlain } from 'sops-codec';
import { privateFolder } from '../../private-folder.mjs';
import { keyBackends } from '../key-backends.mjs';
import { damages } from '../random/metadata-damage.mjs';
import { sopsIn } from '../sops-folder.mjs';

/** Where the codec differs on purpose; docs/compatibility.md says why. */
const different = new Map([
  ['a: type:bytes', 'read as text: sops crashes'],
  ['n: type:bytes', 'read as text: sops crashes'],
  ['sops.mac: type:bytes', 'no MAC: sops crashes'],
  ['sops.shamir_threshold = fraction', 'refused'],
  ['sops.shamir_threshold = negative', 'refused'],
]);

describe('damaged metadata', () => {
  let folder, sops, keyring, tree;

  before(async () => {
    folder = await privateFolder('interop-metadata');
    const held = await keyBackends.find(({ name }) => name === 'age').start(folder.path);
    process.env.SOPS_AGE_KEY = held.env.SOPS_AGE_KEY;
    sops = await sopsIn(folder.path, held.env);
    await sops.rule(held.keyGroup);
    keyring = createKeyring();
    tree = JSON.parse((await sops.encrypt('plain.json', '{"a":"x","n":5}')).toString());
  });
  after(() => folder?.remove());

  async function own(text, format) {
    try {
      const { documents } = await decrypt(parse(text, format), keyring);
      return { exitCode: 0, stdout: Buffer.from(writePlain(documents, 'json')).toString() };
    } catch (error) {
      assert.ok(error instanceof SopsError, error);
      return { exitCode: error.exitCode, stdout: '' };
    }
  }

  for (const format of ['json', 'yaml']) {
    test(format, async () => {
      let compared = 0;
      for (const [name, damaged] of damages(tree)) {
        const text = JSON.stringify(damaged, undefined, 1);
        await sops.write(`damaged.${format}`, text);
        const { exitCode, stdout } = await sops.run('decrypt', '--output-type', 'json', `damaged.${format}`);
        const result = await own(text, format);
        const isSame = exitCode === result.exitCode && (exitCode !== 0 || stdout === result.stdout);
        assert.equal(isSame, !different.has(name), `${name}: sops ${exitCode}, the codec ${result.exitCode}`);
        compared += 1;
      }
      assert.ok(compared > 800);
    });
  }
});
