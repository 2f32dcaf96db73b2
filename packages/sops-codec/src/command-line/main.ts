import { CommanderError } from 'commander';
import { exitCodes, SopsError } from '../model/sops-error';
import { program } from './program';

/** Shows control characters as escapes: names and paths come from files. */
const printable = (text: string): string =>
  text.replace(
    /(?!\n)[\p{Cc}\p{Cf}]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );

function report(error: unknown): number {
  if (error instanceof CommanderError)
    return error.code === 'commander.missingArgument' ? exitCodes.noFile : error.exitCode;
  if (error instanceof SopsError) {
    const lines = [
      error.what,
      error.where && `  where: ${error.where}`,
      error.fix && `  fix:   ${error.fix}`,
    ];
    process.stderr.write(`${printable(lines.filter(Boolean).join('\n'))}\n`);
    return exitCodes[error.code];
  }
  // The message of an unforeseen error may quote what was being worked on: only its name is shown.
  process.stderr.write(
    `an unforeseen ${error instanceof Error ? error.name : 'error'} stopped this; please report it\n`,
  );
  return exitCodes.generic;
}

process.exitCode = 0;
program((code) => {
  process.exitCode = code;
})
  .parseAsync(process.argv)
  .catch((error: unknown) => {
    process.exitCode = report(error);
  });
