import { SopsError } from '../../model/sops-error';
import { camel, flagValue, type FlagDefinition, type FlagValue, type Flags } from './flag';

/** Arguments of a command. */
export interface Parsed {
  readonly flags: Flags;
  readonly operands: readonly string[];
}

/**
 * Reads the arguments of a command as sops does. No library for Node has these rules: long flags may have one dash, each
 * flag may have `=value`, and what follows the first operand is an operand.
 * Source: Go `flag` (parseOne), urfave/cli 1.22 `flag.go` (flagSet), `context.go` (normalizeFlags).
 *
 * @throws SopsError `badUsage`
 */
export function parseArguments(
  definitions: readonly FlagDefinition[],
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): Parsed {
  const known = new Map(definitions.flatMap((one) => one.names.map((name) => [name, one] as const)));
  const given = new Map<FlagDefinition, { readonly name: string; readonly value: FlagValue }>();
  let at = 0;
  for (; at < args.length; at += 1) {
    const word = args[at] ?? '';
    if (word === '--') {
      at += 1;
      break;
    }
    if (word.length < 2 || !word.startsWith('-')) break;
    const [, name, own] = /^--?([^=-][^=]*)(?:=([^]*))?$/.exec(word) ?? [];
    if (name === undefined) throw badFlag(`not a flag: ${word.slice(0, 80)}`);
    const definition = known.get(name);
    if (definition === undefined) throw badFlag(`unknown flag: -${name.slice(0, 80)}`);
    const text = own ?? (definition.kind === 'bool' ? 'true' : args[++at]);
    if (text === undefined) throw badFlag(`the flag -${name} needs a value`);
    const before = given.get(definition);
    if (before !== undefined && before.name !== name && definition.kind !== 'list')
      throw badFlag(`two forms of the same flag: ${before.name} and ${name}`);
    const value = flagValue(definition, text, `--${name}`);
    given.set(definition, {
      name,
      value:
        Array.isArray(value) && Array.isArray(before?.value)
          ? [...(before.value as string[]), ...(value as string[])]
          : value,
    });
  }
  const flags = definitions.map((one): [string, FlagValue | undefined] => [
    camel(one.names[0]),
    given.get(one)?.value ?? fromEnvironment(one, environment),
  ]);
  return { flags: Object.fromEntries(flags), operands: args.slice(at) };
}

/** The value of a flag that is absent. A variable that is set and empty counts, as in urfave/cli. */
function fromEnvironment(definition: FlagDefinition, environment: NodeJS.ProcessEnv): FlagValue | undefined {
  const { kind, variable, initial } = definition;
  const text = variable === undefined ? undefined : environment[variable];
  if (text === undefined) return initial;
  if (kind === 'bool' && text === '') return false;
  if (kind === 'list') return text.split(',').map((part) => part.trim());
  return flagValue(definition, text, variable ?? '');
}

/**
 * The arguments of a command with its flags in front. A word behind a flag stays behind it, even where the flag takes no
 * value: `-i file --output-type json` has three operands. Source: urfave/cli 1.22 `command.go` (reorderArgs)
 */
export function flagsFirst(
  definitions: readonly FlagDefinition[],
  args: readonly string[],
): readonly string[] {
  const names = new Set(definitions.flatMap((one) => one.names));
  const isFlag = (word: string) =>
    word !== '-' && word !== '--' && names.has(/^-{1,3}([^=]*)/.exec(word)?.[1] ?? '');
  const flags: string[] = [];
  const others: string[] = [];
  let isBehindFlag = false;
  for (const [index, word] of args.entries()) {
    if (isBehindFlag && !isFlag(word)) {
      isBehindFlag = false;
      flags.push(word);
    } else if (word === '--') {
      return [...flags, '--', ...others, ...args.slice(index + 1)];
    } else if (isFlag(word)) {
      flags.push(word);
      isBehindFlag = !word.includes('=');
    } else others.push(word);
  }
  return [...flags, ...others];
}

const badFlag = (what: string) =>
  new SopsError('badUsage', { what, fix: 'sops-codec help <command> lists the flags of a command.' });
