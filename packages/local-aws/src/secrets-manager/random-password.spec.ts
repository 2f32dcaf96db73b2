import fc from 'fast-check';
import { operationCalls } from '../operation-calls.test-kit';

const { call, errorOf } = operationCalls();
const password = (input: object = {}): string =>
  call('secretsmanager:GetRandomPassword', input)['RandomPassword'] as string;

describe('GetRandomPassword', () => {
  it('has 32 characters with a letter of each case, a digit and punctuation', () => {
    for (let count = 0; count < 50; count += 1) {
      const created = password();
      expect(created).toHaveLength(32);
      for (const kind of [/[a-z]/, /[A-Z]/, /\d/, /[!-/:-@[-`{-~]/]) expect(created).toMatch(kind);
    }
  });

  it('keeps to what is asked for', () => {
    const exclusion = fc.record({
      ExcludeNumbers: fc.boolean(),
      ExcludePunctuation: fc.boolean(),
      ExcludeUppercase: fc.boolean(),
      IncludeSpace: fc.boolean(),
      RequireEachIncludedType: fc.boolean(),
      ExcludeCharacters: fc.constantFrom('', 'abc', '0123456789'),
      PasswordLength: fc.integer({ min: 5, max: 60 }),
    });
    fc.assert(
      fc.property(exclusion, (input) => {
        const created = password(input);
        expect(created).toHaveLength(input.PasswordLength);
        if (input.ExcludeNumbers) expect(created).not.toMatch(/\d/);
        if (input.ExcludePunctuation) expect(created).not.toMatch(/[^A-Za-z0-9 ]/);
        if (input.ExcludeUppercase) expect(created).not.toMatch(/[A-Z]/);
        if (!input.IncludeSpace) expect(created).not.toContain(' ');
        for (const character of input.ExcludeCharacters) expect(created).not.toContain(character);
      }),
    );
  });

  it.each([
    ['digits', 'ExcludeNumbers', '0123456789'],
    ['small letters', 'ExcludeLowercase', 'abcdefghijklmnopqrstuvwxyz'],
    ['capital letters', 'ExcludeUppercase', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'],
    ['punctuation', 'ExcludePunctuation', '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'],
  ])('takes all %s', (_, kept, characters) => {
    const kinds = ['ExcludeNumbers', 'ExcludeLowercase', 'ExcludeUppercase', 'ExcludePunctuation'];
    const input = Object.fromEntries(kinds.filter((kind) => kind !== kept).map((kind) => [kind, true]));
    const used = new Set(password({ ...input, PasswordLength: 4096 }));
    expect([...used].sort().join('')).toBe([...characters].sort().join(''));
  });

  it.each([
    [
      { ExcludeNumbers: true, ExcludePunctuation: true, ExcludeUppercase: true, ExcludeLowercase: true },
      'InvalidParameterException',
    ],
    [{ PasswordLength: 3 }, 'InvalidParameterException'],
    [{ PasswordLength: 0 }, 'ValidationException'],
    [{ PasswordLength: 4097 }, 'ValidationException'],
  ])('refuses %j: %s', (input, code) => {
    expect(errorOf('secretsmanager:GetRandomPassword', input)).toBe(code);
  });

  it('makes short ones where not every kind is required', () => {
    expect(password({ PasswordLength: 1, RequireEachIncludedType: false })).toHaveLength(1);
  });
});
