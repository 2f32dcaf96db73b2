import { randomInt } from 'node:crypto';
import { AwsError } from '../protocol/aws-error';
import type { Operations } from '../operation/operation';
import { flag, integer, optional, structure, text } from '../protocol/readers';
import { accountOperation } from './permission';

const defaultLength = 32;
const kinds = {
  lowercase: 'abcdefghijklmnopqrstuvwxyz',
  uppercase: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  numbers: '0123456789',
  punctuation: '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
  space: ' ',
} as const;

export const randomPasswordOperations: Operations = {
  GetRandomPassword: accountOperation(
    structure({
      PasswordLength: optional(integer({ min: 1, max: 4096 })),
      ExcludeCharacters: optional(text({ max: 4096 })),
      ExcludeNumbers: optional(flag),
      ExcludePunctuation: optional(flag),
      ExcludeUppercase: optional(flag),
      ExcludeLowercase: optional(flag),
      IncludeSpace: optional(flag),
      RequireEachIncludedType: optional(flag),
    }),
    (input) => {
      const excluded = new Set(input.ExcludeCharacters ?? '');
      const alphabets = [
        input.ExcludeLowercase === true ? '' : kinds.lowercase,
        input.ExcludeUppercase === true ? '' : kinds.uppercase,
        input.ExcludeNumbers === true ? '' : kinds.numbers,
        input.ExcludePunctuation === true ? '' : kinds.punctuation,
        input.IncludeSpace === true ? kinds.space : '',
      ]
        .map((alphabet) => [...alphabet].filter((character) => !excluded.has(character)))
        .filter((alphabet) => alphabet.length > 0);
      const required = (input.RequireEachIncludedType ?? true) ? alphabets : [];
      const length = input.PasswordLength ?? defaultLength;
      if (alphabets.length === 0 || length < required.length) {
        throw new AwsError(
          'InvalidParameterException',
          'The password length and the excluded characters leave no possible password.',
        );
      }
      return { RandomPassword: password(alphabets.flat(), required, length) };
    },
  ),
};

function password(all: readonly string[], required: readonly (readonly string[])[], length: number): string {
  const characters = required.map(pick);
  while (characters.length < length) characters.push(pick(all));
  return shuffled(characters).join('');
}

function pick(characters: readonly string[]): string {
  return characters[randomInt(characters.length)] ?? '';
}

function shuffled(characters: readonly string[]): readonly string[] {
  const rest = [...characters];
  return characters.flatMap(() => rest.splice(randomInt(rest.length), 1));
}
