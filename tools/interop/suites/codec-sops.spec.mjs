/** sops-codec and the real sops, both ways: what one of them writes, the other one opens, and finds the same in it. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  createKeyring,
  decrypt,
  edit,
  encrypt,
  parse,
  readPlain,
  serialize,
  setValue,
  writePlain,
} from 'sops-codec';
import { privateFolder } from '../../private-folder.mjs';
import { rules, samples } from '../codec-texts.mjs';
import { keyBackends } from '../key-backends.mjs';
import { sopsIn } from '../sops-folder.mjs';

for (const backend of keyBackends) {
  describe(`with ${backend.name}`, () => {
    let held, folder, sops, keyring;

    before(async () => {
      folder = await privateFolder('interop-codec');
      held = await backend.start(folder.path);
      // The codec reads the environment of its own process, as sops does.
      for (const [name, value] of Object.entries(held.env)) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
      sops = await sopsIn(folder.path, held.env);
      keyring = createKeyring(backend.options);
    });
    after(async () => {
      await held?.stop();
      await folder?.remove();
    });

    const formats = backend.oneFormat ? samples.slice(0, 1) : samples;
    for (const { format, name, text, password } of formats) {
      // A binary file is one value: there is nothing to choose, and nothing in it to change.
      for (const { name: ruleName, rule, config } of password && !backend.firstRuleOnly
        ? rules
        : rules.slice(0, 1)) {
        test(`${format}, ${ruleName}: written here, opened by sops`, async () => {
          await sops.rule(held.keyGroup, config);
          await sops.encrypt(name, text);
          const expected = await sops.decrypt(name);

          const options = { format, groups: [[held.recipient]], rule };
          const file = await encrypt(readPlain(text, format), options, keyring);
          await sops.write(name, serialize(file));
          assert.deepEqual(await sops.decrypt(name), expected);
        });

        test(`${format}, ${ruleName}: written by sops, opened here`, async () => {
          await sops.rule(held.keyGroup, config);
          const bytes = await sops.encrypt(name, text);
          const file = parse(bytes, format);
          assert.equal(Buffer.from(serialize(file)).toString(), bytes.toString());

          const { documents } = await decrypt(file, keyring);
          assert.deepEqual(Buffer.from(writePlain(documents, format)), await sops.decrypt(name));
        });
      }
      if (!password) continue;
      const sopsPath = password.map((step) => `["${step}"]`).join('');

      test(`${format}: a value changed here changes nothing else in a file of sops, which opens it`, async () => {
        await sops.rule(held.keyGroup);
        // sops itself moves a comment from behind a value to the line before it.
        const bytes = await sops.encrypt(name, text.replace(/ # behind a value/, ''));
        const value = { kind: 'str', text: 'correct horse' };
        const change = (documents) => setValue(documents, password, value);
        const changed = Buffer.from(serialize(await edit(parse(bytes, format), change, keyring)));
        await sops.write(name, changed);

        assert.equal((await sops.decrypt(name, '--extract', sopsPath)).toString().trim(), 'correct horse');
        assert.deepEqual(changedKeys(bytes, changed), ['password', 'mac']);
      });

      test(`${format}: a file of ours that sops changed opens here`, async () => {
        const options = { format, groups: [[held.recipient]] };
        const file = await encrypt(readPlain(text, format), options, keyring);
        await sops.write(name, serialize(file));
        const { exitCode, all } = await sops.run('set', name, sopsPath, '"battery staple"');
        assert.equal(exitCode, 0, all);

        const { documents } = await decrypt(parse(await sops.read(name), format), keyring);
        const plain = Buffer.from(writePlain(documents, format));
        assert.match(plain.toString(), /battery staple/);
        assert.deepEqual(plain, await sops.decrypt(name));
      });
    }
  });
}

/** Keys of the lines in which two files differ, except for the time of the last change. */
function changedKeys(...files) {
  const [before, after] = files.map((bytes) => bytes.toString().split('\n'));
  assert.equal(after.length, before.length);
  const different = after.filter((line, index) => line !== before[index]);
  const keys = different.map((line) => /\w+/.exec(line)[0].replace(/^sops_/, ''));
  return keys.filter((key) => key !== 'lastmodified');
}
