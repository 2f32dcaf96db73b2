import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { formatVersion } from '../metadata/metadata';
import { SopsError } from '../model/sops-error';
import { addChangeFlags, addRecipientFlags, textOf, type Flags } from './recipient-flags';

/** Each command is loaded when it is called: for a small file, most of the time is starting. */
const commands = {
  decrypt: () => import('./decrypt.js'),
  edit: () => import('./edit.js'),
  encrypt: () => import('./encrypt.js'),
  exec: () => import('./exec.js'),
  fileStatus: () => import('./file-status.js'),
  groups: () => import('./groups.js'),
  rotate: () => import('./rotate.js'),
  set: () => import('./set.js'),
  updateKeys: () => import('./update-keys.js'),
};

type Action = (flags: Flags, ...args: (string | undefined)[]) => Promise<number | void>;

/** The command line, with the commands and flags of sops. `exit` receives the exit code of an executed program. */
export function program(exit: (code: number) => void): Command {
  const root = new Command('sops-codec');
  const act = (action: Action) =>
    async function (this: Command, ...args: unknown[]) {
      const operands = args.slice(0, -2).flat() as (string | undefined)[];
      const code = await action(this.optsWithGlobals(), ...operands);
      if (typeof code === 'number') exit(code);
    };
  root
    .description('Encrypts, decrypts and edits SOPS files; takes the arguments of the sops program.')
    .version(versionText(), '-v, --version')
    .exitOverride()
    .enablePositionalOptions()
    .argument('[file]')
    .option('--config <path>', 'configuration file, instead of the nearest .sops.yaml')
    .option('--verbose', 'accepted for compatibility')
    .option('--disable-version-check', 'accepted for compatibility: new versions are never checked for')
    .option('--enable-local-keyservice', 'accepted for compatibility: there is no other key service');
  legacyFlags(root)
    .allowExcessArguments()
    .action(function (this: Command, ...args: unknown[]) {
      assertKnownCommand(root);
      return act(legacy).apply(this, args);
    });

  const command = (name: string, description: string, action: Action) =>
    inputFlags(root.command(name).description(description))
      .exitOverride()
      .allowExcessArguments()
      .action(act(action));
  const files = (name: string, description: string, action: Action) =>
    outputFlags(command(name, description, action));

  selectionFlags(
    addRecipientFlags(
      files('encrypt [file]', 'encrypt a file', async (flags, file) =>
        (await commands.encrypt()).encryptCommand(file, flags),
      ),
    ),
  );
  files('decrypt [file]', 'decrypt a file', async (flags, file) =>
    (await commands.decrypt()).decryptCommand(file, flags),
  )
    .option('--extract <path>', 'one value: ["key"][0]')
    .option('--ignore-mac', 'accept a missing or wrong MAC');
  addChangeFlags(
    files('rotate <file>', 'encrypt with a new data key', async (flags, file = '') =>
      (await commands.rotate()).rotateCommand(file, flags),
    ),
  ).option('--ignore-mac', 'accept a missing or wrong MAC');
  selectionFlags(
    addRecipientFlags(
      command('edit <file>', 'edit a file in $EDITOR', async (flags, file = '') =>
        (await commands.edit()).editCommand(file, flags),
      ),
    ),
  ).option('--ignore-mac', 'accept a missing or wrong MAC');
  files(
    'set <file> <path> [value]',
    'set a value, passed as JSON',
    async (flags, file = '', path = '', value = undefined) =>
      (await commands.set()).setCommand(file, path, value, flags),
  )
    .option('--value-file', 'read the value from the file that is passed as value')
    .option('--value-stdin', 'read the value from standard input')
    .option('--idempotent', 'do not write a file that has the value already');
  files('unset <file> <path>', 'remove a value', async (flags, file = '', path = '') =>
    (await commands.set()).unsetCommand(file, path, flags),
  ).option('--idempotent', 'accept a value that does not exist');
  command(
    'updatekeys <files...>',
    'give files the recipients of their creation rule',
    async (flags, ...names) =>
      (await commands.updateKeys()).updateKeysCommand(
        names.filter((name) => name !== undefined),
        flags,
      ),
  ).option('-y, --yes', 'do not ask for confirmation');
  command('filestatus <file>', 'print whether a file is encrypted', async (flags, file = '') =>
    (await commands.fileStatus()).fileStatusCommand(file, flags),
  );
  command(
    'exec-env <file> <command>',
    'run a command with the values as variables',
    async (flags, file = '', text = '') => (await commands.exec()).execEnvCommand(file, text, flags),
  )
    .option('--pristine', 'only the values in the environment')
    .option('--same-process', 'accepted for compatibility: the exit code of the command is returned anyway')
    .option('--user <name>', 'the user to run the command as');
  command(
    'exec-file <file> <command>',
    'run a command with the path of the plaintext at {}',
    async (flags, file = '', text = '') => (await commands.exec()).execFileCommand(file, text, flags),
  )
    .option('--no-fifo', 'a file instead of a FIFO')
    .option('--filename <name>', 'the name of the file')
    .option('--output-type <format>', 'yaml, json, dotenv, ini or binary')
    .option('--user <name>', 'the user to run the command as');

  const groups = root.command('groups').description('change the key groups of a file').exitOverride();
  const inGroups = (name: string, description: string, action: Action) =>
    inputFlags(groups.command(name).description(description))
      .exitOverride()
      .option('-f, --file <path>', 'the file')
      .option('-i, --in-place', 'write to the file')
      .option('--shamir-secret-sharing-threshold <n>', 'how many groups are needed to decrypt the file')
      .action(act(action));
  addRecipientFlags(
    inGroups('add', 'add a group', async (flags) => (await commands.groups()).groupsAddCommand(flags)),
  );
  inGroups('delete <index>', 'remove a group', async (flags, index = '') =>
    (await commands.groups()).groupsDeleteCommand(index, flags),
  );
  return root;
}

/** The version of this package, and the release of sops that it follows. */
function versionText(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8'));
  const { version } = manifest as { readonly version: string };
  return `sops-codec ${version} (follows sops ${formatVersion})`;
}

/** A single operand is a file to edit; the first of several is meant as a command. */
function assertKnownCommand({ args: [typed = '', ...more], commands: known }: Command): void {
  if (more.length === 0) return;
  const names = known.map((one) => one.name());
  const similar = names.find((name) => isClose(typed, name));
  throw new SopsError('badUsage', {
    what: `unknown command: ${typed}`,
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

const inputFlags = (command: Command): Command =>
  command
    .option('--input-type <format>', 'yaml, json, dotenv, ini or binary; by default from the name')
    .option('--filename-override <name>', 'the name that selects the creation rule and the format')
    .option('--decryption-order <kinds>', 'kinds of recipients, in the order in which to try them')
    .option('--indent <n>', 'blanks per level of the output');

const outputFlags = (command: Command): Command =>
  command
    .option('-i, --in-place', 'write to the file instead of standard output')
    .option('--output <path>', 'write to this file')
    .option('--output-type <format>', 'yaml, json, dotenv, ini or binary; by default from the name');

const selectionFlags = (command: Command): Command =>
  command
    .option('--unencrypted-suffix <text>', 'do not encrypt keys with this suffix')
    .option('--encrypted-suffix <text>', 'encrypt only keys with this suffix')
    .option('--unencrypted-regex <pattern>', 'do not encrypt matching keys')
    .option('--encrypted-regex <pattern>', 'encrypt only matching keys')
    .option('--unencrypted-comment-regex <pattern>', 'do not encrypt values below a matching comment')
    .option('--encrypted-comment-regex <pattern>', 'encrypt only values below a matching comment')
    .option('--mac-only-encrypted', 'compute the MAC over encrypted values only')
    .option('--shamir-secret-sharing-threshold <n>', 'how many groups are needed to decrypt a file');

const legacyFlags = (command: Command): Command =>
  addLegacyChanges(
    selectionFlags(addRecipientFlags(outputFlags(inputFlags(command))))
      .option('-e, --encrypt', 'encrypt a file')
      .option('-d, --decrypt', 'decrypt a file')
      .option('-r, --rotate', 'encrypt with a new data key')
      .option('--extract <path>', 'one value, with -d')
      .option('--set <text>', 'a path and a value: ["key"] "text"')
      .option('--ignore-mac', 'accept a missing or wrong MAC'),
  );

function addLegacyChanges(command: Command): Command {
  for (const kind of ['kms', 'pgp', 'age', 'gcp-kms', 'hckms', 'azure-kv', 'hc-vault-transit']) {
    command.option(`--add-${kind} <list>`, 'with -r').option(`--rm-${kind} <list>`, 'with -r');
  }
  return command;
}

/** `sops -d file`, `-e`, `-r`, `--set`, and a bare file to edit. */
async function legacy(flags: Flags, file?: string): Promise<void> {
  const modes = ['encrypt', 'decrypt', 'rotate'].filter((mode) => flags[mode] === true);
  if (modes.length > 1)
    throw new SopsError('conflictingParameters', {
      what: `--${modes.join(' and --')} cannot be combined`,
      fix: 'Pass one of them.',
    });
  if (file === undefined)
    throw new SopsError('noFile', {
      what: 'no file specified',
      fix: 'sops-codec --help lists the commands.',
    });
  if (flags['encrypt'] === true) return (await commands.encrypt()).encryptCommand(file, flags);
  if (flags['decrypt'] === true) return (await commands.decrypt()).decryptCommand(file, flags);
  if (flags['rotate'] === true) return (await commands.rotate()).rotateCommand(file, flags);
  const set = textOf(flags, 'set');
  if (set === undefined) return (await commands.edit()).editCommand(file, flags);
  const [, path, value] = /^\s*((?:\[(?:"[^"]*"|'[^']*'|[0-9]+)\])+)\s+([^]*)$/.exec(set) ?? [];
  if (path === undefined)
    throw new SopsError('badSetSyntax', {
      what: 'not a path and a value',
      where: '--set',
      fix: `Write it as '["key"] "text"'.`,
    });
  return (await commands.set()).setCommand(file, path, value, flags);
}
