import fc from 'fast-check';

/** Names of the folder in which a command line is run. */
export const files = ['enc.yaml', 'enc.json', 'plain.yaml', 'missing.yaml', 'folder', 'enc.env', 'text.bin'];

const of = (...words) => fc.constantFrom(...words);
const commands = of(
  'decrypt', 'encrypt', 'rotate', 'set', 'unset', 'filestatus', 'exec-env', 'exec-file', 'groups', 'updatekeys', 'edit',
); // prettier-ignore
const bools = of('in-place', 'i', 'ignore-mac', 'verbose', 'value-file', 'idempotent', 'yes', 'y', 'pristine', 'no-fifo', 'enable-local-keyservice', 'd', 'e', 'r', 'decrypt', 'rotate', 'encrypt', 'same-process', 's', 'help', 'h', 'mac-only-encrypted', 'disable-version-check', 'nonsense'); // prettier-ignore
const boolValues = of('', '', '', '=true', '=false', '=1', '=0', '=F', '=yes', '=', '=TRUE');
const dashes = of('-', '--', '--', '--', '---');
const texts = [
  ['output-type', of('json', 'yaml', 'dotenv', 'bogus', 'binary', 'ini')],
  ['input-type', of('json', 'yaml', 'bogus')],
  ['extract', of('["a"]', '["n"]', '["l"][0]', '["l"]', '["x"]', 'a', '', '["a"')],
  ['output', of('out.yaml', 'no/where', '')],
  ['filename-override', of('x.yaml', 'x.json', '')],
  ['decryption-order', of('age', 'age,age', 'pgp,age', '')],
  ['indent', of('2', '0x3', '1_0', 'x', '09', '+4')],
  ['shamir-secret-sharing-threshold', of('0', '1', 'x', '')],
  ['encrypted-regex', of('^a', '')],
  ['unencrypted-suffix', of('n', '')],
  ['set', of('["a"] 1', '["n"]["x"] {"y":2}', 'x', '["a"]', '["a"] bad')],
  ['config', of('.sops.yaml', 'other.yaml', 'missing.yaml', '')],
  ['user', of('')],
  ['filename', of('name.yaml')],
  ['age', of('', '{recipient}', 'nonsense')],
  ['a', of('{recipient}')],
  ['add-age', of('{other}', '')],
  ['rm-age', of('{other}')],
  ['f', of('enc.yaml', 'missing.yaml')],
  ['file', of('enc.yaml')],
  ['kms', of('')],
];
const flag = fc.oneof(
  fc.tuple(dashes, bools, boolValues).map(([dash, name, value]) => [`${dash}${name}${value}`]),
  fc.tuple(dashes, of(...texts.map((_, index) => index)), fc.boolean()).chain(([dash, index, joined]) =>
    texts[index][1].map((value) => {
      const name = `${dash}${texts[index][0]}`;
      return joined ? [`${name}=${value}`] : [name, value];
    }),
  ),
);
const operand = fc.oneof(
  { weight: 6, arbitrary: of(...files) },
  { weight: 1, arbitrary: of('["a"]', '["n"]', '1', '{"k":1}', '"text"', '--', '-', '', 'X=1', 'true', '0', 'help', 'add', 'delete', 'echo $a') }, // prettier-ignore
);
const usual = {
  'exec-env': [['enc.yaml'], ['echo $a']],
  'exec-file': [['enc.yaml'], ['cat {}']],
  set: [['enc.yaml'], ['["a"]'], ['2']],
  unset: [['enc.yaml'], ['["n"]']],
  groups: [['add'], ['-f', 'enc.yaml'], ['--age', '{other}']],
};

/** Arguments: a command with operands that suit it and others, flags of this and other commands, in any order. */
export const commandLine = fc
  .tuple(
    fc.array(flag, { maxLength: 1 }),
    fc.option(commands, { nil: undefined, freq: 5 }),
    fc.array(flag, { maxLength: 2 }),
    fc.array(operand, { maxLength: 2 }),
    fc.array(flag, { maxLength: 1 }),
    fc.boolean(),
  )
  .map(([front, command, flags, operands, behind, isUsual]) => {
    const own = isUsual ? (usual[command] ?? [['enc.yaml']]) : [];
    return [...front.flat(), ...(command ? [command] : []), ...flags.flat(), ...own.flat(), ...operands, ...behind.flat()]; // prettier-ignore
  });
