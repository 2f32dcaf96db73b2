import fc from 'fast-check';
import { getValue } from '../../model/path';
import { readPlain, writePlain } from '../../file/file';
import { decodeText, encodeText, trim } from './text';

const read = (text: string) => readPlain(text, 'ini');
const value = (text: string, section: string, key: string) => getValue(read(text), [section, key]);
const str = (text: string) => ({ kind: 'str', text });

test.each([
  ['a letter whose last byte is a blank in Latin-1', '[s]\nk = voilà\n', 'voilà'],
  ['a no-break space around it', '[s]\nk = \u00a0x\u00a0\n', 'x'],
  ['quotes around the whole', '[s]\nk = "x y"\n', 'x y'],
  ['quotes that do not stand around the whole', '[s]\nk = "a" "b"\n', '"a" "b"'],
  ['a comment behind it', '[s]\nk = a#b\n', 'a'],
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

test('values and keys that go-ini loses come back', () => {
  const text = fc.string({ unit: fc.constantFrom(...' #;"\'\\=:[]-`à\u00a0x'), maxLength: 6 });
  const key = text.filter((one) => one !== '' && one !== '-' && trim(one) === one && !/["`]/.test(one));
  const line = text.filter((one) => !one.includes('`'));
  fc.assert(
    fc.property(key, line, (name, content) => {
      const items = [{ kind: 'item', key: name, value: str(content) } as const];
      const document = { kind: 'map', items: [{ kind: 'item', key: 's', value: { kind: 'map', items } }] };
      const written = writePlain([document as never], 'ini');
      expect(getValue(readPlain(written, 'ini'), ['s', name])).toEqual(str(content));
    }),
  );
});

test('bytes that are no UTF-8 are kept', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 30 }), (bytes) => {
      expect(encodeText(decodeText(bytes))).toEqual(Buffer.from(bytes));
    }),
  );
});
