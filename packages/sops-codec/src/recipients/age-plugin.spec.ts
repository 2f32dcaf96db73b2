import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { bech32 } from '@scure/base';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import fc from 'fast-check';
import { decrypt, encrypt } from '../index';
import type { Document } from '../model/tree';
import type { AgeOptions } from './age-options';
import { pluginOfIdentity, pluginOfRecipient } from './age-plugin';
import { readStanzas, stanzaText } from './age-plugin-stanza';
import { createKeyring } from './keyring';

const before = { ...process.env };
const document: Document = {
  kind: 'map',
  items: [{ kind: 'item', key: 'k', value: { kind: 'str', text: 'v' } }],
};
const recipient = bech32.encodeFromBytes('age1echo', new Uint8Array([1]));
const identity = bech32.encodeFromBytes('age-plugin-echo-', new Uint8Array([1])).toUpperCase();
const plugins = ['echo'];
let folder: string;

const make = (age?: AgeOptions, others: readonly string[] = []) =>
  encrypt(
    [document],
    { format: 'yaml', groups: [[recipient, ...others].map((one) => ({ kind: 'age', recipient: one }))] },
    createKeyring({ age }),
  );
const open = async (age: AgeOptions, limit = 60_000) =>
  (await decrypt(await make({ plugins }), createKeyring({ age, timeLimits: { age: limit } }))).documents;

/** What the plugin does once the file is made. */
async function misbehaving(mode: string, age: AgeOptions, limit?: number) {
  const file = await make({ plugins });
  process.env['ECHO_MODE'] = mode;
  return (await decrypt(file, createKeyring({ age, timeLimits: { age: limit } }))).documents;
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sops-codec-test-'));
  const program = join(folder, 'age-plugin-echo');
  const script = join(__dirname, '../../test/age-plugin-echo.cjs');
  writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${script}' "$@"\n`);
  chmodSync(program, 0o700);
  const path = [folder, process.env['PATH']].join(delimiter);
  Object.assign(process.env, { HOME: folder, XDG_CONFIG_HOME: folder, PATH: path, SOPS_AGE_KEY: identity });
});
afterEach(() => {
  process.env = { ...before };
  rmSync(folder, { recursive: true });
});

test('a plugin wraps and unwraps; it is started in the folder for temporary files', async () => {
  process.env['ECHO_LOG'] = join(folder, 'log');
  expect(await open({ plugins })).toEqual([document]);
  expect(readFileSync(join(folder, 'log'), 'utf8').trim().split('\n')).toEqual([
    JSON.stringify([['--age-plugin=recipient-v1'], tmpdir()]),
    JSON.stringify([['--age-plugin=identity-v1'], tmpdir()]),
  ]);
});

test.each([
  ['no option', undefined],
  ['another plugin', { plugins: ['yubikey'] }],
])('with %s, no program is run', async (_, age) => {
  process.env['ECHO_LOG'] = join(folder, 'log');
  await expect(make(age)).rejects.toMatchObject({
    code: 'missingDependency',
    what: expect.stringContaining('age plugin echo is not allowed'),
    fix: expect.stringContaining('SOPS_CODEC_AGE_PLUGINS=echo'),
  });
  await expect(misbehaving('', age ?? {})).rejects.toThrow('age plugin echo is not allowed to run');
  expect(readFileSync(join(folder, 'log'), 'utf8')).not.toContain('identity-v1');
});

test.each([
  ['killed', 'ended without an answer'],
  ['silent', 'ended without an answer'],
  ['nonsense', 'an answer that is not valid'],
  ['endless line', 'an answer that is not valid'],
  ['endless bytes', 'an answer that is not valid'],
  ['error', 'no device'],
  ['index', 'an answer that is not valid'],
  ['twice', 'an answer that is not valid'],
  ['pin', 'no PIN'],
])('a plugin that is %s has its reason, and does not end the others', async (mode, what) => {
  await expect(misbehaving(mode, { plugins })).rejects.toThrow(what);
  process.env['ECHO_MODE'] = '';
  const own = await generateX25519Identity();
  process.env['SOPS_AGE_KEY'] = `${identity}\n${own}`;
  const file = await make({ plugins }, [await identityToRecipient(own)]);
  process.env['ECHO_MODE'] = mode;
  expect((await decrypt(file, createKeyring({ age: { plugins } }))).documents).toEqual([document]);
});

test('a plugin that hangs is ended, and the next recipient has its turn', async () => {
  // Whichever limit is noticed first: that of the program, or that of its recipient a little later.
  await expect(misbehaving('hang', { plugins }, 1_000)).rejects.toThrow(
    /ended without an answer|no answer within/,
  );
});

test('a plugin that is not installed', async () => {
  rmSync(join(folder, 'age-plugin-echo'));
  await expect(make({ plugins })).rejects.toMatchObject({ code: 'missingDependency' });
});

test('what a plugin shows and asks', async () => {
  const shown: string[] = [];
  const tell = (message: string) => void shown.push(message);
  expect(await misbehaving('message', { plugins, tell })).toEqual([document]);
  expect(shown).toEqual(['touch \u001b[31mme']);
  process.env['ECHO_MODE'] = '';
  const ask = (question: string) => Promise.resolve(question === 'PIN?' ? '1234' : undefined);
  expect(await misbehaving('pin', { plugins, ask })).toEqual([document]);
});

test('stanzas of a kind that is not known are answered, and the plugin goes on', async () => {
  expect(await misbehaving('unknown', { plugins })).toEqual([document]);
});

test.each([
  ['age1echo1qqqqqqq', 'echo'],
  ['age1../x1qqqqqqq', undefined],
  ['age1a b1qqqqqqq', undefined],
  ['age1pq1qqqqqqq', undefined],
  ['age1qqqqqqqq', undefined],
])('the plugin of the recipient %s is %s', (text, name) => {
  expect(pluginOfRecipient(text)).toBe(name);
});

test.each([
  ['AGE-PLUGIN-YUBIKEY-1QQQQQQ', 'yubikey'],
  ['AGE-PLUGIN-../X-1QQQQQQ', undefined],
  ['age-plugin-x-1qqqqqq', undefined],
])('the plugin of the identity %s is %s', (text, name) => {
  expect(pluginOfIdentity(text)).toBe(name);
});

test('what is written as stanzas is read back', async () => {
  const word = fc.stringMatching(/^[!-~]{1,20}$/);
  const stanza = fc.record({
    words: fc.array(word, { minLength: 1, maxLength: 4 }),
    body: fc.uint8Array({ maxLength: 200 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(stanza), async (stanzas) => {
      const text = stanzas.map(({ words, body }) => stanzaText(words, body)).join('');
      const read = [];
      const lines = (async function* () {
        yield* text.split('\n').slice(0, -1);
      })();
      for await (const { words, body } of readStanzas(lines))
        read.push({ words, body: Uint8Array.from(body) });
      expect(read).toEqual(stanzas.map(({ words, body }) => ({ words, body: Uint8Array.from(body) })));
    }),
    { seed: 14, numRuns: 100 },
  );
});
