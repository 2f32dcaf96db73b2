import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { inTurn } from './measure.mjs';

const require = createRequire(import.meta.url);
const { createKeyring, decrypt, parse, writePlain } = require('sops-codec');
const root = resolve(import.meta.dirname, '../..');
const bin = join(root, 'packages/sops-codec/bin/sops-codec.js');
const identityFile = join(root, 'packages/sops-codec/test/vectors/sops-3.13.3/keys/age-a.txt');
const identity = readFileSync(identityFile, 'utf8').match(/AGE-SECRET-KEY-\S+/)[0];
const recipient = readFileSync(identityFile, 'utf8').match(/age1[a-z0-9]+/)[0];

const yaml = (keys) =>
  Array.from(
    { length: keys },
    (_, index) => `key_${index}: value number ${index}, of a length as they have it in practice\n`,
  ).join('');

/** A megabyte that is the same every time: a chain of hashes. */
function megabyte() {
  const blocks = [createHash('sha256').update('bench').digest()];
  while (blocks.length < 32_768) blocks.push(createHash('sha256').update(blocks.at(-1)).digest());
  return Buffer.concat(blocks);
}

/**
 * Decrypting, against the sops program as a process in the same run.
 *
 * @param {string} sops the program
 * @returns rows of a table
 */
export async function benchCodec(sops) {
  const directory = mkdtempSync(join(tmpdir(), 'sops-codec-bench-'));
  const env = { SOPS_AGE_KEY: identity };
  const make = async (name, content) => {
    writeFileSync(join(directory, name), content);
    await execa(sops, ['encrypt', '-i', '--age', recipient, name], { cwd: directory });
    return join(directory, name);
  };
  try {
    const small = await make('small.yaml', yaml(20));
    const large = await make('large.yaml', yaml(10_000));
    const binary = await make('megabyte.bin', megabyte());
    const keyring = createKeyring({ age: { identities: [identity] } });
    const inProcess =
      (file, format, times = 1) =>
      async () => {
        for (let count = 0; count < times; count += 1) {
          const { documents } = await decrypt(parse(readFileSync(file), format), keyring);
          writePlain(documents, format);
        }
      };
    const process_ =
      (program, ...args) =>
      async () => {
        await execa(program, args, { env, stdout: 'ignore' });
      };
    const row = async (what, runs, ours, theirs, times = 1) => {
      const result = await inTurn(runs, { ours, theirs });
      return { what, ours: result.ours / times, theirs: result.theirs, ratio: result.ratio / times };
    };
    return [
      await row(
        '20 keys, in process',
        15,
        inProcess(small, 'yaml', 20),
        process_(sops, 'decrypt', small),
        20,
      ),
      await row(
        '20 keys, command line',
        15,
        process_(process.execPath, bin, 'decrypt', small),
        process_(sops, 'decrypt', small),
      ),
      await row('10,000 keys, in process', 7, inProcess(large, 'yaml'), process_(sops, 'decrypt', large)),
      await row(
        '10,000 keys, command line',
        7,
        process_(process.execPath, bin, 'decrypt', large),
        process_(sops, 'decrypt', large),
      ),
      await row('1 MB binary, in process', 7, inProcess(binary, 'binary'), process_(sops, 'decrypt', binary)),
      await row(
        '1 MB binary, command line',
        7,
        process_(process.execPath, bin, 'decrypt', binary),
        process_(sops, 'decrypt', binary),
      ),
    ];
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
