import { commands, type CommandDefinition } from './commands';
import type { FlagDefinition } from './arguments/flag';
import { help, rootFlags } from './arguments/flag-definitions';

/** The help of the program. */
export const rootHelpText = (): string =>
  [
    'sops-codec [flags] <command> …',
    'sops-codec [flags] <file>          edits a file; with -d, -e or -r decrypts, encrypts or rotates it',
    '',
    'Encrypts, decrypts and edits SOPS files; takes the arguments of the sops program.',
    '',
    'Commands:',
    ...commandLines([
      ...commands,
      { name: 'help', what: 'show help, or that of a command', usage: '', flags: [] },
    ]),
    '',
    'Flags, in front of the file:',
    ...flagLines(rootFlags),
    '',
  ].join('\n');

/** The help of a command. */
export function commandHelpText(command: CommandDefinition): string {
  const { name, usage, what, commands: inner } = command;
  return [
    `sops-codec ${[name, inner === undefined ? '[flags]' : '<command>', usage].filter(Boolean).join(' ')}`,
    '',
    `${what[0]?.toUpperCase()}${what.slice(1)}.`,
    ...(inner === undefined ? [] : ['', 'Commands:', ...commandLines(inner)]),
    '',
    'Flags:',
    ...flagLines([...command.flags, help]),
    '',
  ].join('\n');
}

const commandLines = (all: readonly CommandDefinition[]): readonly string[] =>
  columns(all.map(({ name, usage, what }) => [[name, usage].filter(Boolean).join(' '), what]));

const flagLines = (flags: readonly FlagDefinition[]): readonly string[] =>
  columns(
    flags.map(({ names, kind, what, variable }) => [
      names
        .map((name) => `${name.length === 1 ? '-' : '--'}${name}${kind === 'bool' ? '' : ' value'}`)
        .join(', '),
      variable === undefined ? what : `${what} [$${variable}]`,
    ]),
  );

function columns(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...rows.map(([first]) => first.length));
  return rows.map(([first, second]) => `  ${first.padEnd(width)}  ${second}`);
}
