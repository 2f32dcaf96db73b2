/** What the codec encrypts from the input of each vector, the real sops decrypts to the text that the vector expects. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createKeyring, decrypt, encrypt, formatOf, parse, readPlain, serialize } from 'sops-codec';
import { privateFolder } from '../../private-folder.mjs';
import { repository } from '../../packages.mjs';
import { keyBackends } from '../key-backends.mjs';
import { sopsIn } from '../sops-folder.mjs';

const folder = join(repository, 'packages/sops-codec/test/vectors');
const made = join(folder, 'sops-3.13.3');
const older = join(folder, 'sops-3.13.2');
const suffixes = { yaml: 'yaml', json: 'json', dotenv: 'env', ini: 'ini', binary: 'bin' };

/** What sops prints with the indentation of a configuration of its own. */
const ownIndent = new Set(['yaml-indent-2', 'json-indent-2', 'bin-indent-2']);

/** Comments of these are where go-yaml moves them, at times where sops does not decrypt them itself. */
const movedComments = new Set(['yaml-alias-comments', 'yaml-comments-empty-containers']);
const withoutComments = (text) => text.replace(/^ *#.*\n/gm, '');

const vectors = JSON.parse(readFileSync(join(made, 'index.json'), 'utf8'))
  .filter(({ name, origin }) => origin === 'sops-3.13.3' && !name.startsWith('op-') && !ownIndent.has(name))
  .map(({ name, format, input, expected, options }) => {
    const [kind, text] = Object.entries(options.rule)[0] ?? [];
    const rule = kind && { kind, [kind.endsWith('_suffix') ? 'suffix' : 'pattern']: text };
    const choices = { rule, macOnlyEncrypted: options.macOnlyEncrypted };
    return { name, format, input: join(made, input), expected: join(made, expected), choices };
  });

const olderVectors = readdirSync(older)
  .filter((name) => readdirSync(older).includes(name.replace(/(\.\w+)$/, '.enc$1')))
  .map((name) => ({
    name: `3.13.2 ${name}`,
    format: formatOf(name),
    input: join(older, name),
    expected: join(older, `${name.replace(/(\.\w+)$/, '.enc$1')}.plain`),
    choices: {},
  }));

describe('inputs of the vectors', () => {
  let directory, sops, keyring, groups;

  before(async () => {
    directory = await privateFolder('interop-vectors');
    const held = await keyBackends.find(({ name }) => name === 'age').start(directory.path);
    process.env.SOPS_AGE_KEY = held.env.SOPS_AGE_KEY;
    sops = await sopsIn(directory.path, held.env);
    keyring = createKeyring();
    groups = [[held.recipient]];
  });
  after(() => directory?.remove());

  test('there are hundreds', () => assert.ok(vectors.length > 150 && olderVectors.length > 5));

  for (const { name, format, input, expected, choices } of [...vectors, ...olderVectors]) {
    test(`${name}: encrypted here, decrypted by sops`, async () => {
      const documents = readPlain(readFileSync(input), format);
      const file = serialize(await encrypt(documents, { format, groups, ...choices }, keyring));
      const path = `vector.${suffixes[format]}`;
      await sops.write(path, file);
      const texts = [(await sops.decrypt(path)).toString('latin1'), readFileSync(expected, 'latin1')];
      assert.equal(...(movedComments.has(name) ? texts.map(withoutComments) : texts));
      const opened = await decrypt(parse(file, format), keyring);
      assert.equal(opened.documents.length, documents.length);
    });
  }
});
