/**
 * Damages files that sops wrote, at random, and opens them: nothing but the one error type may come out, nothing may hang,
 * and no damaged file may open with another value.
 *
 *   node tools/fuzz-codec.mjs [mutations = 200000] [seed = 1]
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';

const { decrypt, parse, SopsError } = createRequire(import.meta.url)('sops-codec');
const folder = join(import.meta.dirname, '../packages/sops-codec/test/vectors/sops-3.13.3');
const [mutations = 200_000, seed = 1] = process.argv.slice(2).map(Number);
/** Longest that one file may take, in milliseconds. */
const patience = 1_000;

/** A small generator of random numbers with a seed (mulberry32). */
function randomFrom(start) {
  let state = start >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const random = randomFrom(seed);
const upTo = (limit) => Math.floor(random() * limit);
const pick = (list) => list[upTo(list.length)];
const pieces = [
  'ENC[AES256_GCM,data:',
  ']',
  ',type:int]',
  '"',
  "'",
  '\n',
  '\r\n',
  '  ',
  '- ',
  ': ',
  '#',
  '&a ',
  '*a',
  '<<: *a\n',
  '{',
  '}',
  '[',
  '!!binary ',
  '%YAML 1.1\n---\n',
  '---\n',
  '\0',
  '\u0085',
  '\ufeff',
  '__proto__',
  'sops',
  '9'.repeat(30),
  '\\',
  '|4-\n',
  '=',
  'null',
  '\xff',
];

const changes = [
  (bytes) => {
    const copy = Buffer.from(bytes);
    copy[upTo(copy.length)] ^= 1 << upTo(8);
    return copy;
  },
  (bytes) => bytes.subarray(0, upTo(bytes.length)),
  (bytes) => {
    const at = upTo(bytes.length);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + upTo(40))]);
  },
  (bytes) => {
    const at = upTo(bytes.length);
    return Buffer.concat([bytes.subarray(0, at), Buffer.from(pick(pieces), 'latin1'), bytes.subarray(at)]);
  },
  (bytes) => {
    const [from, to] = [upTo(bytes.length), upTo(bytes.length)];
    return Buffer.concat([bytes.subarray(0, to), bytes.subarray(from, from + upTo(200)), bytes.subarray(to)]);
  },
  (bytes) => {
    const lines = bytes.toString('latin1').split('\n');
    const [a, b] = [upTo(lines.length), upTo(lines.length)];
    [lines[a], lines[b]] = [lines[b], lines[a]];
    return Buffer.from(lines.join('\n'), 'latin1');
  },
];

/** Values of documents in order, as they enter the MAC, with their keys: comments and layout are not bound. */
const valuesOf = (documents) => {
  const texts = [];
  const visit = (value, key) => {
    if (value.kind === 'map')
      value.items.forEach((item) => item.kind === 'item' && visit(item.value, [...key, item.key]));
    else if (value.kind === 'list')
      value.elements.forEach((element) => element.kind !== 'comment' && visit(element, key));
    else if (value.kind !== 'null')
      texts.push(
        value.kind === 'bytes' ? Buffer.from(value.bytes).toString('hex') : String(value.text ?? value.value),
      );
  };
  documents.forEach((document) => visit(document, []));
  return texts.filter((text) => text !== '').join('');
};

const vectors = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')).filter(
  ({ encrypted }) => readFileSync(join(folder, encrypted)).length < 20_000,
);
const counts = { refused: 0, same: 0 };
const failures = [];
let slowest = 0;
const originals = new Map();

async function open(vector, bytes) {
  const keyring = {
    wrap: () => Promise.reject(new Error('not asked for')),
    unwrap: () => Promise.resolve(Buffer.from(vector.dataKeyHex, 'hex')),
  };
  const file = parse(bytes, vector.format);
  const groups = file.metadata.groups.slice(0, 1);
  const opened = await decrypt(
    { ...file, metadata: { ...file.metadata, groups, shamirThreshold: 0 } },
    keyring,
  );
  return valuesOf(opened.documents);
}

for (let count = 0; count < mutations; count += 1) {
  const vector = pick(vectors);
  const original = readFileSync(join(folder, vector.encrypted));
  if (!originals.has(vector)) originals.set(vector, await open(vector, original));
  let damaged = original;
  for (let times = 1 + upTo(3); times > 0; times -= 1) damaged = pick(changes)(damaged);
  const start = performance.now();
  try {
    const values = await open(vector, damaged);
    if (values === originals.get(vector) || vector.options.macOnlyEncrypted) counts.same += 1;
    // With mac_only_encrypted plaintext values are bound by nothing; otherwise anything else is a wrong value.
    else failures.push({ count, vector: vector.name, what: 'opened with other values' });
  } catch (error) {
    if (error instanceof SopsError) counts.refused += 1;
    else
      failures.push({ count, vector: vector.name, what: `${error?.name}: ${error?.message}`.slice(0, 200) });
  }
  const took = performance.now() - start;
  slowest = Math.max(slowest, took);
  if (took > patience) failures.push({ count, vector: vector.name, what: `took ${Math.round(took)} ms` });
}

for (const failure of failures.slice(0, 20)) console.log(failure);
console.log(
  `${mutations} mutations from seed ${seed}: ${counts.refused} refused, ${counts.same} opened with the same values, slowest ${Math.round(slowest)} ms, ${failures.length} failures`,
);
process.exitCode = failures.length === 0 ? 0 : 1;
