import { integer, list, optional, structure, text } from '../protocol/readers';

/** Members that several operations on parameters take, with the limits of AWS's model. */
export const name = text({ min: 1, max: 2048 });
export const names = list(name, { min: 1, max: 10 });
export const nextToken = optional(text());
export const tags = list(structure({ Key: text({ min: 1, max: 128 }), Value: text({ min: 0, max: 256 }) }), {
  max: 1000,
});

export const parameterTypes = ['String', 'StringList', 'SecureString'] as const;
export const parameterTiers = ['Standard', 'Advanced', 'Intelligent-Tiering'] as const;

/** How many items a page may have at most. */
export const maxResults = (max: number) => optional(integer({ min: 1, max }));
