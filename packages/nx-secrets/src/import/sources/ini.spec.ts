import { readIni } from './ini';
import { valuesOf } from './reading.test-kit';

const values = (text: string) => valuesOf(readIni(text, 'app.ini'));
const notes = (text: string) =>
  readIni(text, 'app.ini')
    .normalised.map(({ key, what }) => `${key}: ${what}`)
    .join('; ');

test.each<[string, string, unknown, RegExp]>([
  ['# and ; in a value', 'A=pa#ss;word\n', { A: 'pa#ss;word' }, /A: # and ; in it are part of the value/],
  ['a value that begins with #', 'A = #secret\n', { A: '#secret' }, /part of the value/],
  ['a comment behind a blank', 'A=b ; c\n', { A: 'b' }, /all from the # or ; behind a blank on is a comment/],
  ['quotes', 'A="b;c" # d\n', { A: 'b;c' }, /quotes removed \(Python's configparser keeps them\), all from/],
  ['a quote that is not closed', 'A="b\n', { A: '"b' }, /quotes are part of the value/],
  ['interpolation', 'A=%(B)s\nB=${X}\n', { A: '%(B)s', B: '${X}' }, /A: % is not.*B: \$ is not/],
  ['a backslash', 'A=C:\\x\\\n', { A: 'C:\\x\\' }, /backslashes are part of the value/],
  ['no value', 'A=\n', { A: '' }, /A: is empty/],
  ['a colon, = in a value', 'A: b=c\nB = d==\n', { A: 'b=c', B: 'd==' }, /^$/],
  [
    'a name like a member of objects',
    '__proto__=x\nconstructor=y\n',
    JSON.parse('{"__proto__": "x", "constructor": "y"}'),
    /^$/,
  ],
])('%s', (_, text, expected, said) => {
  expect(values(text)).toEqual({ DEFAULT: expected });
  expect(notes(text)).toMatch(said);
});

test('sections, also DEFAULT, which gives its keys to all others for Python', () => {
  expect(values('a=1\r\n[s] ; c\r\n  b=2\r\n  c=3\r\n[t "x"]\r\nb=4\r\n')).toEqual({
    DEFAULT: { a: '1' },
    s: { b: '2', c: '3' },
    't "x"': { b: '4' },
  });
  expect(values('[DEFAULT]\na=1\n[s]\nb=2\n')).toEqual({ DEFAULT: { a: '1' }, s: { b: '2' } });
  expect(notes('[DEFAULT]\na=1\n[s]\nb=2\n')).toMatch(/DEFAULT: .* gives them to each section/);
});

test.each<[string, RegExp]>([
  ['A=canary\nA=x\n', /A is defined twice[^]*line 2/],
  ['[s]\nA=canary\n[s]\nB=x\n', /s is defined twice[^]*line 3/],
  ['A[]=canary\nA[]=x\n', /defined twice/],
  ['A=canary\n  B=x\n', /indented further[^]*line 2/],
  ['A="""canary\n"""\n', /three quotes/],
  ['canary\n', /neither a section nor a key[^]*line 1/],
  ['=canary\n', /neither a section nor a key/],
])('what programs read as other keys is refused: %j', (text, message) => {
  expect(() => readIni(text, 'app.ini')).toThrow(message);
  expect(() => readIni(text, 'app.ini')).not.toThrow(/canary/);
});

test('long runs of blanks take little time', () => {
  expect(values(`A=b${' '.repeat(1_000_000)}c\n`)).toMatchObject({});
});
