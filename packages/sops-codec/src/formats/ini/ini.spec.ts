import fc from 'fast-check';
import { getValue } from '../../model/path';
import { readPlain, writePlain } from '../../index';
import { SopsError } from '../../model/sops-error';
import { decodeText, encodeText, trim } from './text';

const read = (text: string) => readPlain(text, 'ini');
const value = (text: string, section: string, key: string) => getValue(read(text), [section, key]);
const str = (text: string) => ({ kind: 'str', text });

test.each([
  ['a letter whose last byte is a blank in Latin-1', '[s]\nk = voilà\n', 'voilà'],
  ['a no-break space around it', '[s]\nk = \u00a0x\u00a0\n', 'x'],
  ['quotes around the whole', '[s]\nk = "x y"\n', 'x y'],
  ['quotes that do not enclose the whole', '[s]\nk = "a" "b"\n', '"a" "b"'],
  ['a comment after it', '[s]\nk = a#b\n', 'a'],
  ['backquotes', '[s]\nk = `a # b` c\n', 'a # b'],
  ['several lines', '[s]\nk = """a\nb"""\n', 'a\nb'],
  ['lines joined by a backslash', '[s]\nk = a \\\n  b\n', 'a b'],
])('a value: %s', (_, text, expected) => {
  expect(value(text, 's', 'k')).toEqual(str(expected));
});

test.each([
  ['a section that is not closed', '[s\n'],
  ['a section without a name', '[]\n'],
  ['a line without a delimiter', 'word\n'],
  ['a key without a name', '= x\n'],
  ['a quoted key without a name', '"" = x\n'],
  ['a quoted key that is not closed', '"k = x\n'],
  ['a quoted value that is not closed', 'k = `x\n'],
])('%s is refused', (_, text) => {
  expect(() => read(text)).toThrow('the INI file cannot be read');
});

test('hundreds of thousands of joined lines are read at once', () => {
  expect(value(`k = x\\\n${'y\\\n'.repeat(300_000)}z\n`, 'DEFAULT', 'k')).toEqual(
    str(`x${'y'.repeat(300_000)}z`),
  );
});

const hard = (alphabet: string) =>
  fc.string({ unit: fc.constantFrom(...alphabet, '"""'), maxLength: 6 }).filter((one) => !/\r/.test(one));

test('values and keys that go-ini loses come back, or are refused', () => {
  const key = hard(' #;"\'\\=:[]-`à\u00a0x').filter((one) => one !== '' && one !== '-' && trim(one) === one);
  fc.assert(
    fc.property(key, hard(' #;"\'\\=:[]-`à\u00a0x\n'), (name, content) => {
      const items = [{ kind: 'item', key: name, value: str(content) } as const];
      const document = { kind: 'map', items: [{ kind: 'item', key: 's', value: { kind: 'map', items } }] };
      const written = unlessRefused(() => writePlain([document as never], 'ini'));
      if (written) expect(getValue(readPlain(written, 'ini'), ['s', name])).toEqual(str(content));
    }),
    { numRuns: 1_000 },
  );
});

/** What a step gives; undefined where it refuses what INI cannot represent. */
function unlessRefused<T>(step: () => T): T | undefined {
  try {
    return step();
  } catch (error) {
    if (error instanceof SopsError && error.code === 'unserializable') return undefined;
    throw error;
  }
}

test.each([
  ['a key with backquotes', '[s]\n"""a`b""" = x\n'],
  ['a key that begins with a dash', '[s]\n-a = x\n'],
  ['a text with a backquote', '[s]\nk = """a`b"""\n'],
  ['lines with triple quotes', '[s]\nk = `a"""\nb`\n'],
])('%s is written so that it is read again', (_, text) => {
  expect(Buffer.from(writePlain(read(text), 'ini')).toString()).toBe(text);
});

test('a comment whose first lines are empty, which makes sops crash, begins with the first that is not', () => {
  const written = Buffer.from(writePlain(read('#\n#\n# a\n#\n# b\n[s]\nk = x\n'), 'ini')).toString();
  expect(written).toBe('# a\n# \n# b\n[s]\nk = x\n');
});

test('bytes that are no UTF-8 are kept', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 30 }), (bytes) => {
      expect(encodeText(decodeText(bytes))).toEqual(Buffer.from(bytes));
    }),
  );
});
