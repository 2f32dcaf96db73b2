import { serializationError, validationError } from './aws-error';

/** Takes one member of an unchecked input and gives it typed, or throws `ConstraintError` or a SerializationException. */
export interface Reader<T> {
  (value: unknown, path: string): T;
}

/** A reader of a structure, with the names of its members. */
export interface StructureReader<T> extends Reader<T> {
  readonly members: readonly string[];
}

/** Constraints of an input that do not hold, in AWS's words. */
export class ConstraintError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('; '));
    this.problems = problems;
  }
}

export interface TextLimits {
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: RegExp;
  /** The value is never repeated in a message. */
  readonly sensitive?: boolean;
}

export interface Limits {
  readonly min?: number;
  readonly max?: number;
}

/** A string. Lone surrogates, which no UTF-8 can carry, are refused. */
export function text(limits: TextLimits = {}): Reader<string> {
  return (value, path) => {
    const checked = present(value, path);
    if (typeof checked !== 'string' || /\p{Surrogate}/u.test(checked)) throw wrongType(path, 'a string');
    const shown = limits.sensitive === true ? undefined : checked;
    checkSize(checked.length, 'length', limits, path, shown);
    if (limits.pattern !== undefined && !limits.pattern.test(checked)) {
      throw broken(path, shown, `Member must satisfy regular expression pattern: ${limits.pattern.source}`);
    }
    return checked;
  };
}

/** One of a fixed set of strings. */
export function oneOf<const T extends string>(...choices: readonly T[]): Reader<T> {
  return (value, path) => {
    const checked = text()(value, path);
    const found = choices.find((choice) => choice === checked);
    if (found === undefined)
      throw broken(path, checked, `Member must satisfy enum value set: [${choices.join(', ')}]`);
    return found;
  };
}

/** A whole number. */
export function integer(limits: Limits = {}): Reader<number> {
  return (value, path) => {
    const checked = present(value, path);
    if (typeof checked !== 'number' || !Number.isSafeInteger(checked))
      throw wrongType(path, 'a whole number');
    checkSize(checked, 'value', limits, path, String(checked));
    return checked;
  };
}

/** A number of any kind, as dates are. */
export const number: Reader<number> = (value, path) => {
  const checked = present(value, path);
  if (typeof checked !== 'number') throw wrongType(path, 'a number');
  return checked;
};

/** true or false. */
export const flag: Reader<boolean> = (value, path) => {
  const checked = present(value, path);
  if (typeof checked !== 'boolean') throw wrongType(path, 'a boolean');
  return checked;
};

/** Bytes, sent as padded base64; the value is never repeated in a message. */
export function blob(limits: Limits = {}): Reader<Buffer> {
  return (value, path) => {
    const checked = present(value, path);
    if (typeof checked !== 'string' || !/^[A-Za-z0-9+/]*={0,2}$/.test(checked) || checked.length % 4 !== 0) {
      throw wrongType(path, 'base64');
    }
    const bytes = Buffer.from(checked, 'base64');
    checkSize(bytes.length, 'length', limits, path, undefined);
    return bytes;
  };
}

/** A list whose members all read the same way. */
export function list<T>(member: Reader<T>, limits: Limits = {}): Reader<readonly T[]> {
  return (value, path) => {
    const checked = present(value, path);
    if (!Array.isArray(checked)) throw wrongType(path, 'a list');
    checkSize(checked.length, 'length', limits, path, undefined);
    return collected(
      checked.map((item: unknown, index) => () => member(item, `${path}.${index + 1}.member`)),
    );
  };
}

/** A map, as pairs; `__proto__` and its like are keys as any other. */
export function mapOf<T>(item: Reader<T>): Reader<readonly (readonly [string, T])[]> {
  return (value, path) =>
    collected(
      Object.entries(record(value, path)).map(
        ([key, each]) =>
          () =>
            [text()(key, path), item(each, `${path}.${key}`)] as const,
      ),
    );
}

/** A map of strings, as pairs. */
export const textMap: Reader<readonly (readonly [string, string])[]> = mapOf(text());

/** A structure: each member by its own reader, members not named are left out; all broken constraints at once. */
export function structure<M extends Record<string, Reader<unknown>>>(
  members: M,
): StructureReader<{ readonly [K in keyof M]: ReturnType<M[K]> }> {
  const entries = Object.entries(members);
  const read = (value: unknown, path: string) => {
    const input = record(value, path);
    const prefix = path === '' ? '' : `${path}.`;
    const values = collected(
      entries.map(
        ([name, member]) =>
          () =>
            [name, member(input[name], prefix + lowerFirst(name))] as const,
      ),
    );
    return Object.fromEntries(values) as { readonly [K in keyof M]: ReturnType<M[K]> };
  };
  return Object.assign(read, { members: Object.keys(members) });
}

/** A member that may be missing; `null` counts as missing, as it does for AWS. */
export function optional<T>(reader: Reader<T>): Reader<T | undefined> {
  return (value, path) => (value === undefined || value === null ? undefined : reader(value, path));
}

/**
 * Reads an operation's whole input.
 * @throws AwsError ValidationException that lists every broken constraint, or SerializationException.
 */
export function readInput<T>(reader: Reader<T>, input: unknown): T {
  try {
    return reader(input, '');
  } catch (error) {
    if (!(error instanceof ConstraintError)) throw error;
    const count = error.problems.length;
    throw validationError(
      `${count} validation ${count === 1 ? 'error' : 'errors'} detected: ${error.problems.join('; ')}`,
    );
  }
}

function collected<T>(reads: readonly (() => T)[]): T[] {
  const values: T[] = [];
  const problems: string[] = [];
  for (const read of reads) {
    try {
      values.push(read());
    } catch (error) {
      if (!(error instanceof ConstraintError)) throw error;
      problems.push(...error.problems);
    }
  }
  if (problems.length > 0) throw new ConstraintError(problems);
  return values;
}

function record(value: unknown, path: string): Record<string, unknown> {
  const checked = present(value, path);
  if (typeof checked !== 'object' || Array.isArray(checked)) throw wrongType(path, 'a structure');
  return checked as Record<string, unknown>;
}

function present(value: unknown, path: string): NonNullable<unknown> {
  if (value === undefined || value === null) {
    throw new ConstraintError([
      `Value null at '${path}' failed to satisfy constraint: Member must not be null`,
    ]);
  }
  return value;
}

function checkSize(
  size: number,
  what: string,
  limits: Limits,
  path: string,
  shown: string | undefined,
): void {
  const must = `Member must have ${what}`;
  if (limits.min !== undefined && size < limits.min) {
    throw broken(path, shown, `${must} greater than or equal to ${limits.min}`);
  }
  if (limits.max !== undefined && size > limits.max) {
    throw broken(path, shown, `${must} less than or equal to ${limits.max}`);
  }
}

function broken(path: string, shown: string | undefined, constraint: string): ConstraintError {
  const value = shown === undefined ? 'Value' : `Value '${shown}'`;
  return new ConstraintError([`${value} at '${path}' failed to satisfy constraint: ${constraint}`]);
}

function wrongType(path: string, expected: string): Error {
  return serializationError(`${path === '' ? 'The body' : `'${path}'`} must be ${expected}`);
}

function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
