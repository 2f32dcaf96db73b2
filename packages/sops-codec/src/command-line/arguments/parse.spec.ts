import type { SopsError } from '../../model/sops-error';
import { bool, int, list, text } from './flag-definitions';
import { flagsFirst, parseArguments } from './parse';

const definitions = [
  bool('in-place, i', ''),
  bool('local', '', { variable: 'LOCAL', initial: true }),
  text('output-type', '', { variable: 'TYPE' }),
  int('indent', ''),
  list('key', '', { variable: 'KEYS' }),
];

/** What is left of the defaults, for short expectations. */
const parsed = (args: readonly string[], environment: NodeJS.ProcessEnv = {}) => {
  const { flags, operands } = parseArguments(definitions, args, environment);
  return [Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined)), operands];
};

test.each<[string, readonly string[], NodeJS.ProcessEnv, Record<string, unknown>, readonly string[]]>([
  [
    'one dash and two',
    ['-in-place', '-output-type', 'json', 'f'],
    {},
    { inPlace: true, outputType: 'json' },
    ['f'],
  ],
  ['=true, =0', ['--in-place=true', '--local=0', 'f'], {}, { inPlace: true, local: false }, ['f']],
  ['the last one counts', ['-i', '-i=F'], {}, { inPlace: false }, []],
  ['flags behind an operand', ['f', '-i'], {}, {}, ['f', '-i']],
  ['--', ['-i', '--', '-i'], {}, { inPlace: true }, ['-i']],
  ['a value that looks like a flag', ['--output-type', '-i'], {}, { outputType: '-i' }, []],
  ['an empty value', ['--output-type=', 'f'], { TYPE: 'yaml' }, { outputType: '' }, ['f']],
  [
    'variables',
    [],
    { TYPE: 'yaml', LOCAL: 'false', KEYS: 'a, b' },
    { outputType: 'yaml', local: false, key: ['a', 'b'] },
    [],
  ],
  ['an empty variable', [], { LOCAL: '' }, { local: false }, []],
  ['a list', ['--key', 'a', '--key=b'], { KEYS: 'c' }, { key: ['a', 'b'] }, []],
  ['numbers of Go', ['--indent', '0x1_0'], {}, { indent: 16 }, []],
  ['octal numbers', ['--indent=010'], {}, { indent: 8 }, []],
  ['a lone dash', ['-', '-i'], {}, {}, ['-', '-i']],
])('%s', (_, args, environment, flags, operands) => {
  expect(parsed(args, environment)).toEqual([{ local: true, ...flags }, operands]);
});

test.each([
  ['an unknown flag', ['--nonsense']],
  ['three dashes', ['---in-place']],
  ['only an equals sign', ['--=x']],
  ['no value', ['--output-type']],
  ['yes is not a truth value', ['--in-place=yes']],
  ['an empty truth value', ['--in-place=']],
  ['two forms of a flag', ['-i', '--in-place']],
  ['a word as a number', ['--indent', 'x']],
  ['a number with a digit that it cannot have', ['--indent', '09']],
  ['a number beyond 64 bits', ['--indent', '9223372036854775808']],
])('%s is refused', (_, args) => {
  expect(() => parsed(args)).toThrow(expect.objectContaining({ code: 'badUsage' }) as SopsError);
});

test.each<[readonly string[], readonly string[]]>([
  [
    ['f', '-i', '--output-type', 'json'],
    ['-i', '--output-type', 'json', 'f'],
  ],
  // A word behind a flag stays there, even if the flag takes no value: what follows is not a flag then.
  [
    ['-i', 'f', '--output-type', 'json'],
    ['-i', 'f', '--output-type', 'json'],
  ],
  [
    ['f', '--nonsense', '-i'],
    ['-i', 'f', '--nonsense'],
  ],
  [
    ['f', '--', '-i'],
    ['--', 'f', '-i'],
  ],
])('%j: flags come first as %j', (args, expected) => {
  expect(flagsFirst(definitions, args)).toEqual(expected);
});
