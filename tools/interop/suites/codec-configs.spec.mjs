/**
 * Configurations at random: for each, both programs encrypt a file, and end with the same exit code and the same recipients,
 * settings, selection and layout. `INTEROP_RUNS` is their number, other ones each time.
 */
import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { createRequire } from 'node:module';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import fc from 'fast-check';
import { repository } from '../../packages.mjs';
import { privateFolder } from '../../private-folder.mjs';
import { runProgram } from '../../programs/run-program.mjs';
import { sops } from '../programs/sops.mjs';
import { config, encoded } from '../random/configs.mjs';

const { INTEROP_RUNS } = process.env;
const runs = INTEROP_RUNS ? { numRuns: Number(INTEROP_RUNS) } : { numRuns: 2_000, seed: 20_261_128 };
const files = {
  'app.yaml':
    'secret: x\n# note\nplain_p: y\nb:\n  - 1\n  - k: v\n# encrypt\nc_unencrypted: z\nab: {a: 1.5}\n',
  'sub/app.yaml': 'secret: x\nc: 1\n',
  'app.json': '{"secret": "x", "l": [1, {"k": true}]}',
  'text.bin': 'hello',
};

// In the same process: to start Node for each takes ten times as long as sops.
const { run: runOurs } = createRequire(import.meta.url)(
  join(repository, 'packages/sops-codec/dist/command-line/program.js'),
);

let folder, real, env, recipients;

before(async () => {
  folder = await privateFolder('interop-configs');
  real = await sops.find();
  env = { PATH: process.env.PATH, HOME: folder.path, LANG: 'C.UTF-8' };
  const [a, b, c] = await Promise.all(
    [1, 2, 3].map(async () => identityToRecipient(await generateX25519Identity())),
  );
  recipients = { a, b, c };
  process.chdir(folder.path);
});
after(async () => {
  process.chdir(repository);
  await folder?.remove();
});

const filled = (text) => text.replace(/\{([abc])\}/g, (_, name) => recipients[name]);
const stable = (text) =>
  text
    .replace(/ENC\[AES256_GCM,[^\]]*type:(\w+)\]/g, 'ENC($1)')
    .replace(/\d{4}-\d\d-\d\dT[\d:]+Z/g, 'TIME')
    .replace(/-----BEGIN AGE[^]*?-----END AGE ENCRYPTED FILE-----(?:\\n)?/g, 'AGE');

async function output(path) {
  try {
    return stable(await readFile(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/** A folder for one run; its number keeps those of one run apart. */
async function prepare(number, { text, encoding, place }) {
  const path = join(folder.path, String(number));
  for (const [name, content] of Object.entries({ ...files, [place]: encoded(filled(text), encoding) })) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), content);
  }
  return path;
}

async function theirs(path, args) {
  const { exitCode, stderr } = await runProgram(real, args, { cwd: path, env, timeout: 60_000 });
  return { exitCode, stderr, out: await output(join(path, 'out')) };
}

async function own(path, args) {
  process.chdir(path);
  const write = process.stderr.write;
  process.stderr.write = () => true;
  try {
    const [exitCode, what] = await runOurs(args).then(
      (code) => [code, ''],
      (error) => [error.exitCode ?? `${error}`, error.message],
    );
    return { exitCode, stderr: what, out: await output(join(path, 'out')) };
  } finally {
    process.stderr.write = write;
    process.chdir(folder.path);
  }
}

test('random configurations', { timeout: 3_600_000 }, async () => {
  let number = 0;
  const check = async (one) => {
    number += 1;
    const path = await prepare(number, one);
    const args = one.args.map(filled);
    const expected = await theirs(path, args);
    await rm(join(path, 'out'), { force: true });
    const actual = await own(path, args);
    await rm(path, { recursive: true });
    const compared = ({ exitCode, out }) => ({ exitCode, out });
    if (isStricter(expected, actual)) return assert.notEqual(actual.exitCode, 0);
    assert.deepEqual(
      compared(actual),
      compared(expected),
      `${filled(one.text)}\n${one.encoding} ${one.place} ${args.join(' ')}\nsops: ${expected.stderr}\nhere: ${actual.stderr}`,
    );
  };
  await fc.assert(fc.asyncProperty(config, check), runs);
});

/** Where sops crashes, and for rules that the file does not reach: each rule of a configuration is checked here. */
const isStricter = (expected, actual) =>
  /^panic:/m.test(expected.stderr) || /a rule has more than one of|not an RE2 regular/.test(actual.stderr);
