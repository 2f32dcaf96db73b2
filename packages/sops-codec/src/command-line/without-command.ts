import { existsSync } from 'node:fs';
import { SopsError, withFileName } from '../model/sops-error';
import { commands } from './commands';
import { textOf, type Flags } from './arguments/flag';
import { changedRecipients } from './recipient-flags';
import { effectiveName } from './input';
import { assertOnePlace } from './output';

/** `sops-codec -d file`, `-e`, `-r`, `--set`, and a bare file to edit. Source: sops `cmd/sops/main.go` (app.Action) */
export async function runWithoutCommand(flags: Flags, operands: readonly string[]): Promise<number> {
  const [file] = operands;
  if (file === undefined)
    throw new SopsError('noFile', { what: 'no file specified', fix: 'sops-codec help lists the commands.' });
  const modes = (['encrypt', 'decrypt', 'rotate'] as const).filter((mode) => flags[mode] === true);
  const set = textOf(flags, 'set');
  assertOnePlace(file, flags);
  if (!existsSync(file)) assertMayBeMissing(file, flags, modes.length > 0);
  // The last one counts, as in sops; the others would change nothing.
  const all = [...modes, ...(set === undefined ? [] : (['set'] as const))];
  if (all.length > 1) process.stderr.write(`only --${all.at(-1) ?? ''} is used\n`);
  const mode = all.at(-1) ?? 'edit';
  if (mode === 'edit' && operands.length > 1 && !existsSync(file)) assertNoTypo(file);
  if (mode !== 'decrypt') await assertRule(file, flags);
  await withFileName(file, () => runMode(mode, file, flags));
  return 0;
}

type Mode = 'encrypt' | 'decrypt' | 'rotate' | 'edit' | 'set';

async function runMode(mode: Mode, file: string, flags: Flags): Promise<void> {
  switch (mode) {
    case 'encrypt':
      await (await import('./encrypt.js')).encryptCommand(file, flags);
      break;
    case 'decrypt':
      await (await import('./decrypt.js')).decryptCommand(file, flags);
      break;
    case 'rotate':
      await (await import('./rotate.js')).rotateCommand(file, flags);
      break;
    case 'edit':
      await (await import('./edit.js')).editCommand(file, flags);
      break;
    case 'set':
      await (await import('./set.js')).setCommand([file, ...splitSet(textOf(flags, 'set') ?? '')], flags);
  }
}

/** Where there are creation rules, one must match. Decrypting does without, and without what reads them. */
async function assertRule(file: string, flags: Flags): Promise<void> {
  const { findConfig, ruleForFile } = await import('./find-config.js');
  ruleForFile(findConfig(flags), effectiveName(file, flags));
}

function assertMayBeMissing(file: string, flags: Flags, isMode: boolean): void {
  const changes = [...changedRecipients('add', flags), ...changedRecipients('rm', flags)];
  if (changes.length === 0 && !isMode) return;
  throw new SopsError(changes.length > 0 ? 'keyChangeOnMissingFile' : 'noFile', {
    what:
      changes.length > 0
        ? 'the file whose recipients should change does not exist'
        : 'the file does not exist',
    where: file,
    fix: 'Check the path.',
  });
}

/** The text of `--set`: a path, "] " as its end, and a value. */
function splitSet(text: string): readonly [path: string, value: string] {
  const at = text.indexOf('] ');
  if (at >= 0) return [text.slice(0, at + 1), text.slice(at + 2)];
  throw new SopsError('badSetSyntax', {
    what: 'not a path and a value',
    where: '--set',
    fix: `Write it as '["key"] "text"'.`,
  });
}

/** Several operands, of which the first is not a file and looks like a command: sops would edit a new file of that name. */
function assertNoTypo(typed: string): void {
  const names = [...commands.map((one) => one.name), 'help'];
  const similar = names.find((name) => isClose(typed, name));
  if (similar === undefined) return;
  throw new SopsError('badUsage', {
    what: `unknown command: ${typed.slice(0, 80)}`,
    fix: `${similar === undefined ? '' : `Did you mean ${similar}? `}The commands are ${names.join(', ')}; without one, a single file is edited.`,
  });
}

/** Whether two names differ only by missing, additional or swapped letters. */
const isClose = (typed: string, name: string): boolean =>
  typed.length > 2 &&
  Math.abs(typed.length - name.length) <= 2 &&
  (isWithin(typed, name) || isWithin(name, typed) || [...typed].sort().join() === [...name].sort().join());

/** Whether a text contains the letters of another one, in their order. */
const isWithin = (some: string, all: string): boolean =>
  [...all].reduce((at, letter) => (letter === some[at] ? at + 1 : at), 0) === some.length;
