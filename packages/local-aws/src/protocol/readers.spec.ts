import { AwsError } from './aws-error';
import { blob, flag, integer, list, oneOf, optional, readInput, structure, text, textMap } from './readers';

const input = structure({
  KeyId: text({ min: 1, max: 5 }),
  Kind: optional(oneOf('A', 'B')),
  Days: optional(integer({ min: 7, max: 30 })),
  Plaintext: optional(blob({ min: 1, max: 4 })),
  Secret: optional(text({ max: 3, sensitive: true })),
  Flag: optional(flag),
  Context: optional(textMap),
  Tags: optional(list(structure({ Key: text({ min: 1 }) }), { max: 2 })),
  Name: optional(text({ pattern: /^[a-z]+$/ })),
});

function errorOf(value: unknown): { code: string; message: string } {
  try {
    readInput(input, value);
  } catch (error) {
    if (error instanceof AwsError) return { code: error.code, message: error.message };
    throw error;
  }
  return { code: 'none', message: '' };
}

describe('readInput', () => {
  it('gives the named members, typed, and leaves others out', () => {
    expect(readInput(input, { KeyId: 'k', Days: 7, Plaintext: 'AAE=', More: 1, Flag: null })).toEqual({
      KeyId: 'k',
      Days: 7,
      Plaintext: Buffer.from([0, 1]),
    });
  });

  it.each([
    [{}, "Value null at 'keyId' failed to satisfy constraint: Member must not be null"],
    [
      { KeyId: '' },
      "Value '' at 'keyId' failed to satisfy constraint: Member must have length greater than or equal to 1",
    ],
    [
      { KeyId: 'k', Days: 31 },
      "Value '31' at 'days' failed to satisfy constraint: Member must have value less than or equal to 30",
    ],
    [
      { KeyId: 'k', Plaintext: 'AAAAAAAA' },
      "Value at 'plaintext' failed to satisfy constraint: Member must have length less than or equal to 4",
    ],
    [
      { KeyId: 'k', Secret: 'hidden' },
      "Value at 'secret' failed to satisfy constraint: Member must have length less than or equal to 3",
    ],
    [
      { KeyId: 'k', Kind: 'C' },
      "Value 'C' at 'kind' failed to satisfy constraint: Member must satisfy enum value set: [A, B]",
    ],
    [
      { KeyId: 'k', Tags: [{ Key: 'a' }, { Key: '' }] },
      "Value '' at 'tags.2.member.key' failed to satisfy constraint: Member must have length greater than or equal to 1",
    ],
    [
      { KeyId: 'k', Name: 'A' },
      "Value 'A' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[a-z]+$",
    ],
  ])('names the broken constraint in %j', (value, message) => {
    expect(errorOf(value)).toEqual({
      code: 'ValidationException',
      message: `1 validation error detected: ${message}`,
    });
  });

  it('lists every broken constraint at once', () => {
    const { message } = errorOf({ Days: 1, Tags: [{}] });
    expect(message).toMatch(
      /^3 validation errors detected: .*'keyId'.*; .*'days'.*; .*'tags\.1\.member\.key'/,
    );
  });

  it.each([
    ['a list for a structure', []],
    ['text for a structure', 'x'],
    ['a number for text', { KeyId: 1 }],
    ['half a surrogate pair', { KeyId: '\ud800' }],
    ['a fraction for a whole number', { KeyId: 'k', Days: 7.5 }],
    ['text for a whole number', { KeyId: 'k', Days: '7' }],
    ['base64 without padding', { KeyId: 'k', Plaintext: 'AAE' }],
    ['text for a flag', { KeyId: 'k', Flag: 'true' }],
    ['a number in a map of texts', { KeyId: 'k', Context: { a: 1 } }],
    ['a structure for a list', { KeyId: 'k', Tags: {} }],
  ])('refuses %s', (_what, value) => {
    expect(errorOf(value).code).toBe('SerializationException');
  });

  it('reads a map with hostile keys as pairs', () => {
    const hostile: unknown = JSON.parse('{"KeyId":"k","Context":{"__proto__":"a","constructor":"b"}}');
    expect(readInput(input, hostile).Context).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ]);
  });
});
