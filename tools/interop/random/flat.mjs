import fc from 'fast-check';
const oddText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.string({ unit: fc.constantFrom(...' \t:#-?"\'\\|>{}[],&*!%@`=;~0x1.eE_aé🔑\u0085\u00a0\u2028n\r'), maxLength: 10 }),
);
const oneLine = oddText.map((t) => t.replaceAll('\n', ' '));
const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.-]{0,8}$/).filter((n) => !n.startsWith('sops'));
export const dotenvText = fc
  .array(fc.oneof(
    { weight: 5, arbitrary: fc.tuple(fc.oneof({ weight: 6, arbitrary: name }, fc.constantFrom('export A', 'a ', '', ' b', 'é')), oneLine).map(([k, v]) => `${k}=${v}`) },
    { weight: 1, arbitrary: oneLine.map((t) => `#${t}`) },
    { weight: 1, arbitrary: fc.constant('') },
  ), { maxLength: 8 })
  .chain((lines) => fc.constantFrom('\n', '').map((end) => lines.join('\n') + end));

const iniValue = fc.oneof(
  { weight: 5, arbitrary: oneLine },
  { weight: 1, arbitrary: fc.constantFrom('`raw # x`', '"""two\nlines"""', '"quoted"', "'single'", 'a \\', 'a ; c', 'a # c', '`a\nb`', '"a" b', '%(x)s', '""', '"', '"""x"""', '`q"`', 'true', 'C:\\dir\\') },
);
export const iniText = fc
  .array(fc.oneof(
    { weight: 6, arbitrary: fc.tuple(fc.oneof({ weight: 6, arbitrary: name }, fc.constantFrom('two words', '"q = k"', '`b`', '-', 'k.x', 'é', '"""t"""')), fc.constantFrom('=', ' = ', ':', ' :', '= '), iniValue).map((p) => p.join('')) },
    { weight: 1, arbitrary: fc.tuple(fc.constantFrom('#', ';', '; ', '# ', ' ;'), oneLine).map((p) => p.join('')) },
    { weight: 1, arbitrary: fc.constantFrom('', '  ') },
    { weight: 2, arbitrary: fc.constantFrom('[a]', '[b c]', '[DEFAULT]', '[a.b]', '[é]', '[ x ]', '[a] ; why', '[ab]', '["q"]', '[x#y]') },
  ), { maxLength: 10 })
  .chain((lines) => fc.constantFrom('\n', '').map((end) => lines.join('\n') + end));

const jsonBlank = fc.constantFrom('', '', ' ', '\n', '\t', '\r\n');
const jsonNumber = fc.oneof(fc.constantFrom('0', '-0', '-0.0', '1.0', '1e3', '1E-7', '9223372036854775807', '9223372036854775808', '-9223372036854775808', '1e21', '123456789012345678901234567890', '0.1', '1e308', '5e-324', '1.5e+3', '0e0', '-1e-400'), fc.double({ noNaN: true, noDefaultInfinity: true }).map(String), fc.bigInt(-(2n ** 70n), 2n ** 70n).map(String));
const jsonString = fc.oneof(oddText.map((t) => JSON.stringify(t)), fc.constantFrom('"\\/"', '"\\ud83d\\udd11"', '"\\ud83d"', '"\\u0000"', '"\\u2028<>&"', '"\u007f\u0080"', '"\\udd11\\ud83d x"', '"\\b\\f\\r"', '"ENC[x]"'));
const { json } = fc.letrec((tie) => ({
  json: fc.oneof({ maxDepth: 4, depthSize: 'small' }, jsonString, jsonNumber, fc.constantFrom('true', 'false', 'null', '""', '{}', '[]', '[ ]'), tie('list'), tie('map')),
  list: fc.tuple(fc.array(tie('json'), { maxLength: 4 }), jsonBlank).map(([v, b]) => `[${b}${v.join(`${b},${b}`)}${b}]`),
  map: fc.tuple(fc.array(fc.tuple(jsonString, tie('json')), { maxLength: 4 }), jsonBlank).map(([v, b]) => `{${b}${v.map(([k, x]) => `${k}${b}:${b}${x}`).join(`${b},${b}`)}${b}}`),
  top: fc.tuple(tie('map'), fc.constantFrom('', '\n')).map((p) => p.join('')),
}));
export { };
export const jsonText = fc.letrec((tie) => ({ x: fc.constant('') })) && fc.tuple(fc.array(fc.tuple(jsonString, json), { maxLength: 5 }), jsonBlank).map(([v, b]) => `{${b}${v.map(([k, x]) => `${k}${b}:${b}${x}`).join(`${b},${b}`)}${b}}\n`);
export const binaryBytes = fc.oneof(fc.uint8Array({ maxLength: 60 }).map((b) => Buffer.from(b)), oddText.map((t) => Buffer.from(t)), fc.constantFrom(Buffer.from(''), Buffer.from('\n'), Buffer.from('\ufeffx')));
