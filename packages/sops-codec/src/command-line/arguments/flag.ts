import { SopsError } from '../../model/sops-error';

/** A flag, as sops defines it for urfave/cli. */
export interface FlagDefinition {
  /** `list` takes one value for each time it is given. */
  readonly kind: 'bool' | 'text' | 'int' | 'list';
  /** The long name first, then other ones. */
  readonly names: readonly [string, ...string[]];
  readonly what: string;
  /** The variable that gives the value where the flag is absent. */
  readonly variable?: string | undefined;
  /** The value where flag and variable are absent. */
  readonly initial?: string | boolean | undefined;
}

/** What a flag can hold. */
export type FlagValue = string | boolean | number | readonly string[];

/** Flags by camel-case name; those that are absent and have no variable are missing. */
export type Flags = Readonly<Record<string, FlagValue | undefined>>;

/** The name under which a flag is in `Flags`. */
export const camel = (name: string): string =>
  name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** The text of a flag; undefined where it is absent or empty, which is the same for sops. */
export function textOf(flags: Flags, name: string): string | undefined {
  const value = flags[camel(name)];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The number of a flag; undefined where it is absent. */
export function numberOf(flags: Flags, name: string): number | undefined {
  const value = flags[camel(name)];
  return typeof value === 'number' ? value : undefined;
}

/** The values of a flag that can be given several times. */
export function textsOf(flags: Flags, name: string): readonly string[] {
  const value = flags[camel(name)];
  return Array.isArray(value) ? (value as readonly string[]) : [];
}

/**
 * The value of a flag's text. Source: Go `strconv` (ParseBool; ParseInt with base 0).
 *
 * @param where the flag or variable, for messages
 * @throws SopsError `badUsage`
 */
export function flagValue({ kind }: FlagDefinition, text: string, where: string): FlagValue {
  switch (kind) {
    case 'text':
      return text;
    case 'list':
      return [text];
    case 'bool':
      if (/^(?:1|t|T|TRUE|true|True)$/.test(text)) return true;
      if (/^(?:0|f|F|FALSE|false|False)$/.test(text)) return false;
      throw badValue('is not true or false', where, 'Pass =true or =false, or the flag alone.');
    case 'int':
      return wholeNumber(text, where);
  }
}

function wholeNumber(text: string, where: string): number {
  const [, sign = '', digits = ''] =
    /^([+-]?)(0[xX](?:_?[0-9a-fA-F])+|0[bB](?:_?[01])+|0[oO]?(?:_?[0-7])+|0|[1-9](?:_?[0-9])*)$/.exec(text) ??
    [];
  const plain = digits.replaceAll('_', '').replace(/^0(?=[0-7])/, '0o');
  const value = plain === '' ? undefined : BigInt(plain) * (sign === '-' ? -1n : 1n);
  if (value !== undefined && BigInt.asIntN(64, value) === value) return Number(value);
  throw badValue('is not a whole number', where, 'Pass a whole number.');
}

const badValue = (what: string, where: string, fix: string) =>
  new SopsError('badUsage', { what: `the value ${what}`, where, fix });
