import { commands, type CommandDefinition } from './commands';
import type { FlagDefinition } from './arguments/flag';
import { help, rootFlags } from './arguments/flag-definitions';

/**
 * The words that can follow, one a line: flags where the last word begins with a hyphen, else commands. Nothing else:
 * shells complete file names themselves. Source: urfave/cli 1.22 `help.go` (DefaultCompleteWithFlags)
 *
 * @param withDescriptions appends what a command does, for zsh and fish
 */
export function suggestions(words: readonly string[], withDescriptions: boolean): string {
  const command = commandOf(words);
  const last = words.at(-1) ?? '';
  if (last.startsWith('-')) {
    const flags = [...(command === undefined ? rootFlags : [...command.flags, help])];
    return lines(flags.flatMap((flag) => flagWords(flag, last, words)));
  }
  if (command !== undefined && command.commands === undefined) return '';
  const all = command?.commands ?? commands;
  return lines(all.map(({ name, what }) => (withDescriptions ? `${name}:${what}` : name)));
}

function commandOf(words: readonly string[]): CommandDefinition | undefined {
  const outer = commands.find(({ name }) => words.includes(name));
  return outer?.commands?.find(({ name }) => words.includes(name)) ?? outer;
}

/** A flag that begins like the last word, and is not there yet. */
function flagWords({ names }: FlagDefinition, last: string, words: readonly string[]): readonly string[] {
  const typed = last.replace(/^--?/, '');
  const all = names.map((name) => `${name.length === 1 ? '-' : '--'}${name}`);
  if (all.some((word) => words.includes(word))) return [];
  return all.filter(
    (word) =>
      word.replace(/^--?/, '').startsWith(typed) && !(last.startsWith('--') && !word.startsWith('--')),
  );
}

const lines = (all: readonly string[]): string => all.map((line) => `${line}\n`).join('');
