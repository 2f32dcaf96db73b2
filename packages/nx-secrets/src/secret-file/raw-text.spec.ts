import { readPlain, type Format } from 'sops-codec';
import { secretValue } from './payload';

const at = 'services/a/secrets/dev.enc.env';
const push = (format: Format, text: string, output: 'raw' | 'json' = 'raw') =>
  secretValue(readPlain(text, format), format, output, at);

test.each<readonly [Format, string]>([
  ...['\r', '\v', '\f', '\0', '\x1c', '\x85', '\u2028', '\u2029'].flatMap(
    (one): readonly (readonly [Format, string])[] => [
      ['dotenv', `A=honest\n# note${one}A=chosen\n`],
      ['ini', `A = honest\n; note${one}A=chosen\nB = x\n`],
      ['dotenv', `A=honest\nB${one}A=\n`],
      ['ini', `[s]${one}A=chosen;]\nA = honest\n`],
    ],
  ),
  ['dotenv', 'A=honest\nA: chosen #=\n'],
  ['dotenv', 'A=honest\nexport A: chosen=\n'],
  ['dotenv', 'A=honest\nA chosen=\n'],
  ['dotenv', 'A=honest\n"A=\n'],
])('%s: %j is not pushed raw', (format, text) => {
  expect(() => push(format, text)).toThrow(/some programs read/);
});

test.each<readonly [Format, string]>([
  ['dotenv', '# note\nA=one\nexport B=two\nspring.datasource-url=x\n#\n'],
  ['dotenv', '# note\r\nA=one\r\n'],
  ['ini', '; note\n# another\n[s t]\nA b = one\n'],
  ['yaml', '# note\n"A: chosen": one\n'],
  ['json', '{"A\\r": "one"}'],
])('%s: %j is pushed raw', (format, text) => {
  expect(push(format, text)).toMatchObject({ kind: 'string' });
});

test('in JSON no comment is pushed, and a name is one', () => {
  expect(push('dotenv', 'A=one\n# x\rA=chosen\n', 'json')).toEqual({ kind: 'string', text: '{"A":"one"}' });
});
