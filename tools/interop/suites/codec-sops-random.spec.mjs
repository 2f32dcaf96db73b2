/** Files with random content: both programs find the same in what the other one wrote, whatever it is. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { createKeyring, decrypt, encrypt, parse, readPlain, serialize, writePlain } from 'sops-codec';
import { privateFolder } from '../../private-folder.mjs';
import { custodies } from '../custody.mjs';
import { sopsIn } from '../sops-folder.mjs';

/** Any text that JSON can hold: lone surrogates are no text. */
const text = fc.string({ unit: 'grapheme', maxLength: 40 });
const leaf = fc.oneof(
  text,
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
);
const { tree } = fc.letrec((tie) => ({
  value: fc.oneof({ weight: 4, arbitrary: leaf }, fc.array(tie('value'), { maxLength: 3 }), tie('tree')),
  tree: fc.dictionary(
    text.filter((key) => key !== 'sops'),
    tie('value'),
    { maxKeys: 6 },
  ),
}));

// JSON is YAML as well: in it, everything is quoted, and comes back as YAML writes it.
for (const format of ['json', 'yaml']) {
  describe(`random ${format}, with age`, () => {
    const [name, ownName] = [`dev.enc.${format}`, `own.enc.${format}`];
    let held, folder, sops, keyring;

    before(async () => {
      folder = await privateFolder('interop-random');
      held = await custodies.find(({ name }) => name === 'age').start(folder.path);
      process.env.SOPS_AGE_KEY = held.env.SOPS_AGE_KEY;
      sops = await sopsIn(folder.path, held.env);
      await sops.rule(held.keyGroup);
      keyring = createKeyring();
    });
    after(() => folder?.remove());

    const check = (property) => fc.assert(fc.asyncProperty(tree, property), { numRuns: 60 });

    test('written by sops, opened here: the same bytes as from sops', () =>
      check(async (value) => {
        const bytes = await sops.encrypt(name, JSON.stringify(value));
        const { documents } = await decrypt(parse(bytes, format), keyring);
        assert.deepEqual(Buffer.from(writePlain(documents, format)), await sops.decrypt(name));
      }));

    test('written here, opened by sops: the same bytes as from its own file', () =>
      check(async (value) => {
        const plain = JSON.stringify(value);
        await sops.encrypt(ownName, plain);
        const options = { format, groups: [[held.recipient]] };
        const file = await encrypt(readPlain(plain, format), options, keyring);
        await sops.write(name, serialize(file));
        assert.deepEqual(await sops.decrypt(name), await sops.decrypt(ownName));
      }));
  });
}
