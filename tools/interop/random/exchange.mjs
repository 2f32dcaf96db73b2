/**
 * What holds for any text, if the codec and sops read and write the same: each property takes a text and what is to be
 * encrypted of it, and throws where it does not hold.
 */
import assert from 'node:assert/strict';
import {
  decrypt,
  edit,
  encrypt,
  getValue,
  parse,
  readPlain,
  serialize,
  setValue,
  SopsError,
  writePlain,
} from 'sops-codec';
import { commentsOf, leavesOf, looseValuesOf, pathsOf, valuesOf } from './values.mjs';

/**
 * @typedef {object} Programs
 * @property {(format: string, text: string | Uint8Array, config: object) => Promise<Buffer | undefined | 'broken'>} encrypt what
 *   sops makes of a plain text; undefined where it refuses it,
 *   `broken` where it reads, and cannot write it
 * @property {(format: string, bytes: Buffer | undefined | 'broken') => Promise<Buffer | undefined>} decrypt undefined
 *   where it does not open it
 * @property {import('sops-codec').Keyring} keyring of the codec
 * @property {readonly (readonly object[])[]} groups recipients of the files that the codec makes
 */

/** What the codec gives, or undefined where it refuses. Anything but its one error is a crash. */
async function unlessRefused(step) {
  try {
    return await step();
  } catch (error) {
    if (error instanceof SopsError) return undefined;
    throw error;
  }
}

const print = (documents, format) => Buffer.from(writePlain(documents, format));

/**
 * sops encrypts, the codec decrypts: the values of the text, and the text that sops itself prints; written again without a
 * change it is the same file.
 *
 * @param {Programs} programs
 * @returns {Promise<'same' | 'refused' | 'lost'>} `lost` where sops does not read back what it wrote
 */
export async function sopsToCodec({ keyring, groups, ...sops }, format, text, { config, options, comments }) {
  const plain = await unlessRefused(() => readPlain(text, format));
  const written =
    plain && (await unlessRefused(() => encryptWith(plain, format, options, { keyring, groups })));
  const bytes = await sops.encrypt(format, text, config);
  if (bytes === 'broken') return 'lost';
  if (!bytes && !written) return 'refused';
  assert.notEqual(bytes, undefined, 'sops takes what the codec takes');
  const printed = await sops.decrypt(format, bytes);
  if (!written) {
    const isRead = printed && plain && (await isFaithful(printed, format, plain));
    assert.ok(!isRead, 'the codec takes what sops takes and reads again');
    return 'lost';
  }
  const opened = await unlessRefused(async () => decrypt(parse(bytes, format), keyring));
  if (!printed || !opened) {
    // What sops lost may be read here, never the other way round.
    assert.equal(printed, undefined);
    return 'lost';
  }
  const own = await unlessRefused(() => print(opened.documents, format));
  if (await isFaithful(printed, format, plain)) {
    // Unencrypted, a file says less of types than the text that it was made of.
    const values = options.rule || /_unencrypted/.test(text) ? looseValuesOf : valuesOf;
    assert.equal(values(opened.documents), values(plain));
    assertSameText(own, printed, format, comments);
    return 'same';
  }
  // What sops wrote or printed says something else than the text. The codec then prints the same, or what it read.
  if (own && !own.equals(printed))
    assert.equal(spokenValuesOf(readPlain(own, format)), spokenValuesOf(opened.documents));
  return 'lost';
}

/** Values as a printed text can say them: -0 is printed as sops does, and read as 0. */
const spokenValuesOf = (documents) => looseValuesOf(documents).replaceAll('{"number":"-0"}', '{"number":0}');

const encryptWith = async (plain, format, options, { keyring, groups }) =>
  serialize(await encrypt(plain, { format, groups, ...options }, keyring));

/**
 * The same text; the same values, where comments are in places that are not kept. But for two things that are written otherwise on purpose: a comment without a text is a blank in a list,
 * where sops would take it for an element, and a merge key that merges nothing is in quotes.
 */
function assertSameText(own, theirs, format, comments) {
  if (comments === 'wild') {
    const [ours, others] = [own, theirs].map((bytes) => readPlain(bytes, format));
    return assert.equal(looseValuesOf(ours), looseValuesOf(others));
  }
  const textOf = (bytes) =>
    bytes
      .toString('latin1')
      .replace(/^( *#) $/gm, '$1')
      .replace(/!!merge <<:|"<<":/g, '<<:');
  assert.equal(textOf(own), textOf(theirs));
}

/** Whether what sops printed says the same as the text that it was given. */
async function isFaithful(printed, format, plain) {
  // A comment that sops wrote somewhere else than it looks for it stays encrypted.
  if (printed.includes('ENC[AES256_GCM,data:')) return false;
  const again = await unlessRefused(() => readPlain(printed, format));
  return (
    again !== undefined &&
    looseValuesOf(again) === looseValuesOf(plain) &&
    (format === 'json' || commentsOf(again) === commentsOf(plain))
  );
}

/** The codec encrypts, sops decrypts: the text that sops prints of its own file. */
export async function codecToSops({ keyring, groups, ...sops }, format, text, { config, options, comments }) {
  const plain = await unlessRefused(() => readPlain(text, format));
  const written =
    plain && (await unlessRefused(() => encryptWith(plain, format, options, { keyring, groups })));
  if (!written) return 'refused';
  const theirs = await sops.encrypt(format, text, config);
  const expected = await sops.decrypt(format, theirs);
  if (!expected || !(await isFaithful(expected, format, plain))) return 'lost';
  const printed = await sops.decrypt(format, written);
  assert.notEqual(printed, undefined, 'sops opens what the codec wrote');
  assertSameText(printed, expected, format, comments);
  return 'same';
}

/**
 * The codec changes one value of a file: every other ciphertext stays, and sops opens the result.
 *
 * @param {number} which of the file's values
 */
export async function changeOne({ keyring, groups, ...sops }, format, text, { config, options }, which) {
  const plain = await unlessRefused(() => readPlain(text, format));
  const written =
    plain && (await unlessRefused(() => encryptWith(plain, format, options, { keyring, groups })));
  const paths = pathsOf(plain ?? []).filter((path) => format !== 'ini' || path.length > 1);
  if (!written || paths.length === 0) return 'refused';
  const before = parse(written, format);
  const path = paths[which % paths.length];
  const change = (documents) => setValue(documents, path, { kind: 'str', text: 'changed' });
  const after = await edit(before, change, keyring);
  const textsOf = (documents) =>
    leavesOf(documents).flatMap(({ leaf }) => (leaf.kind === 'comment' ? [] : [leaf]));
  const [kept, now] = [textsOf(change(before.documents)), textsOf(after.documents)];
  const changed = kept.findIndex(({ text }) => text === 'changed');
  assert.deepEqual(now.toSpliced(changed, 1), kept.toSpliced(changed, 1));
  if ((await sops.decrypt(format, serialize(after))) === undefined) {
    const own = await sops.encrypt(format, text, config);
    assert.equal(
      await sops.decrypt(format, own),
      undefined,
      'sops opens what the codec changed, if it opens its own',
    );
    return 'lost';
  }
  const { documents } = await decrypt(parse(serialize(after), format), keyring);
  assert.deepEqual(getValue(documents, path), { kind: 'str', text: 'changed' });
  return 'same';
}
