import { SopsError, withFileName } from '../model/sops-error';
import { commands, type CommandDefinition } from './commands';
import type { Flags } from './arguments/flag';
import { help, rootFlags } from './arguments/flag-definitions';
import { flagsFirst, parseArguments } from './arguments/parse';

/** The last argument by which the completion script of a shell asks for words. Source: urfave/cli 1.22 `flag.go` */
const completionFlag = '--generate-bash-completion';

/**
 * The command line, with the commands and flags of sops. Returns the exit code.
 *
 * @throws SopsError with the exit code of sops
 */
export async function run(args: readonly string[]): Promise<number> {
  if (args.some((arg) => arg.includes('\ufffd'))) (await import('./arguments/assert-utf8.js')).assertUtf8();
  if (args.at(-1) === completionFlag) {
    const { suggestions } = await import('./completion.js');
    return print(suggestions(args.slice(0, -1), (process.env['_CLI_ZSH_AUTOCOMPLETE_HACK'] ?? '') === '1'));
  }
  const { flags, operands } = parseArguments(rootFlags, args, process.env);
  const [name = '', ...rest] = operands;
  if (flags['help'] === true) return rootHelp();
  if (flags['version'] === true) return print(await versionText());
  if (name === 'help' || name === 'h') return helpCommand(rest, commands);
  const command = commands.find((one) => one.name === name);
  return command === undefined ? withoutCommand(flags, operands) : runCommand(command, flags, rest);
}

/** Flags in front of the command that count for it; all others are for `sops-codec` without a command. */
const globals = ({ config, indent, macOnlyEncrypted }: Flags): Flags => ({
  config,
  indent,
  macOnlyEncrypted,
});

/** Commands whose first operand is the file that their errors are about. */
const onFiles: ReadonlySet<string> = new Set([
  ...['decrypt', 'encrypt', 'edit', 'rotate', 'set', 'unset'],
  ...['exec-env', 'exec-file', 'filestatus'],
]);

async function runCommand(command: CommandDefinition, root: Flags, args: readonly string[]): Promise<number> {
  if (command.commands !== undefined) return runSubcommand(command, command.commands, root, args);
  const definitions = [...command.flags, help];
  const { flags, operands } = parseArguments(definitions, flagsFirst(definitions, args), process.env);
  if (flags['help'] === true) return commandHelp(command);
  assertOperands(command, operands);
  const file = onFiles.has(command.name) ? operands[0] : undefined;
  const all = { ...globals(root), ...flags };
  return (await withFileName(file, async () => command.run?.(all, operands))) ?? 0;
}

async function runSubcommand(
  command: CommandDefinition,
  all: readonly CommandDefinition[],
  root: Flags,
  args: readonly string[],
): Promise<number> {
  const { flags, operands } = parseArguments([help], args, process.env);
  const [name, ...rest] = operands;
  if (flags['help'] === true || name === undefined) return commandHelp(command);
  if (name === 'help' || name === 'h')
    return rest.length === 0 ? commandHelp(command) : helpCommand(rest, all);
  const chosen = all.find((one) => one.name === name);
  return chosen === undefined ? helpCommand([name], all) : runCommand(chosen, root, rest);
}

async function withoutCommand(flags: Flags, operands: readonly string[]): Promise<number> {
  if (operands.length > 1) warnOfMore(operands);
  const { runWithoutCommand } = await import('./without-command.js');
  return runWithoutCommand(flags, operands);
}

function assertOperands(
  { name, usage, operands, isFirstOnly }: CommandDefinition,
  given: readonly string[],
): void {
  const { least = 0, most, exitCode } = operands ?? {};
  if (given.length < least || given.length > (most ?? Infinity)) {
    throw new SopsError('badUsage', {
      what: `${name} takes ${most === 0 ? 'no operand' : usage || 'no operand'}, not ${given.length} operands`,
      fix: usage.includes('command')
        ? 'Pass the whole command as one argument, in quotes.'
        : `sops-codec help ${name} describes the command.`,
      exitCode,
    });
  }
  if (isFirstOnly === true && given.length > 1) warnOfMore(given);
}

/** More operands than one are ignored, as in sops: scripts rely on it. */
function warnOfMore([, ...ignored]: readonly string[]): void {
  const flag = ignored.find((word) => word.startsWith('-'));
  const more = flag === undefined ? '' : `; flags such as ${flag.slice(0, 80)} must be in front of the file`;
  process.stderr.write(`${JSON.stringify(`only the first operand is used${more}`).slice(1, -1)}\n`);
}

async function helpCommand(args: readonly string[], all: readonly CommandDefinition[]): Promise<number> {
  const [name] = parseArguments([help], flagsFirst([help], args), process.env).operands;
  if (name === undefined) return rootHelp();
  const command = all.find((one) => one.name === name);
  if (command !== undefined) return commandHelp(command);
  if (name === 'help' || name === 'h') return rootHelp();
  throw new SopsError('badUsage', {
    what: `unknown command: ${name.slice(0, 80)}`,
    fix: `The commands are ${all.map((one) => one.name).join(', ')}.`,
    exitCode: 3,
  });
}

async function rootHelp(): Promise<number> {
  const { rootHelpText } = await import('./help.js');
  return print(rootHelpText());
}

async function commandHelp(command: CommandDefinition): Promise<number> {
  const { commandHelpText } = await import('./help.js');
  return print(commandHelpText(command));
}

async function versionText(): Promise<string> {
  const { versionLine } = await import('./version.js');
  return versionLine();
}

async function print(text: string): Promise<number> {
  const { writeStdout } = await import('./output.js');
  await writeStdout(Buffer.from(text));
  return 0;
}
