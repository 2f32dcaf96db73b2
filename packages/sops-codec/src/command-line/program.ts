import { Command } from 'commander';
import { formatVersion } from '../metadata/metadata';
import { SopsError } from '../model/sops-error';
import { addChangeFlags, addRecipientFlags, textOf, type Flags } from './recipient-flags';

/** Each command is loaded when it is called: starting is most of what a small file costs. */
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

/** The command line: sops's own commands and flags. `exit` takes the exit code of a command that has one. */
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
    .version(`sops-codec ${formatVersion}`, '-v, --version')
    .exitOverride()
    .enablePositionalOptions()
    .argument('[file]')
    .option('--config <path>', 'configuration file, instead of the first .sops.yaml upwards')
    .option('--verbose', 'accepted for compatibility')
    .option('--disable-version-check', 'accepted for compatibility: versions are never asked for')
    .option('--enable-local-keyservice', 'accepted for compatibility: keys are always used here');
  legacyFlags(root)
    .allowExcessArguments()
    .action(function (this: Command, ...args: unknown[]) {
      refuseUnknownCommand(root);
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
    .option('--extract <path>', 'one key or branch: ["key"][0]')
    .option('--ignore-mac', 'ignore the message authentication code');
  addChangeFlags(
    files('rotate <file>', 'encrypt with a new data key', async (flags, file = '') =>
      (await commands.rotate()).rotateCommand(file, flags),
    ),
  ).option('--ignore-mac', 'ignore the message authentication code');
  selectionFlags(
    addRecipientFlags(
      command('edit <file>', 'edit a file in $EDITOR', async (flags, file = '') =>
        (await commands.edit()).editCommand(file, flags),
      ),
    ),
  ).option('--ignore-mac', 'ignore the message authentication code');
  files(
    'set <file> <path> [value]',
    'set a value, given as JSON',
    async (flags, file = '', path = '', value = undefined) =>
      (await commands.set()).setCommand(file, path, value, flags),
  )
    .option('--value-file', 'the value is the path of a file that holds it')
    .option('--value-stdin', 'the value comes from standard input')
    .option('--idempotent', 'leave a file alone that has the value already');
  files('unset <file> <path>', 'remove a value', async (flags, file = '', path = '') =>
    (await commands.set()).unsetCommand(file, path, flags),
  ).option('--idempotent', 'take a value that is not there for removed');
  command(
    'updatekeys <files...>',
    'give files the recipients of their creation rule',
    async (flags, ...names) =>
      (await commands.updateKeys()).updateKeysCommand(
        names.filter((name) => name !== undefined),
        flags,
      ),
  ).option('-y, --yes', 'do not ask');
  command('filestatus <file>', 'say whether a file is encrypted', async (flags, file = '') =>
    (await commands.fileStatus()).fileStatusCommand(file, flags),
  );
  command(
    'exec-env <file> <command>',
    'run a command with the values as variables',
    async (flags, file = '', text = '') => (await commands.exec()).execEnvCommand(file, text, flags),
  )
    .option('--pristine', 'nothing but the values in the environment')
    .option('--same-process', 'accepted for compatibility: the command has the exit code all the same')
    .option('--user <name>', 'the user to run the command as');
  command(
    'exec-file <file> <command>',
    'run a command with the plain text at {}',
    async (flags, file = '', text = '') => (await commands.exec()).execFileCommand(file, text, flags),
  )
    .option('--no-fifo', 'a file instead of a FIFO')
    .option('--filename <name>', 'name of the file')
    .option('--output-type <format>', 'yaml, json, dotenv, ini or binary')
    .option('--user <name>', 'the user to run the command as');

  const groups = root.command('groups').description('change the key groups of a file').exitOverride();
  const inGroups = (name: string, description: string, action: Action) =>
    inputFlags(groups.command(name).description(description))
      .exitOverride()
      .option('-f, --file <path>', 'the file')
      .option('-i, --in-place', 'write to the file')
      .option('--shamir-secret-sharing-threshold <n>', 'shares needed to open the file')
      .action(act(action));
  addRecipientFlags(
    inGroups('add', 'add a group', async (flags) => (await commands.groups()).groupsAddCommand(flags)),
  );
  inGroups('delete <index>', 'remove a group', async (flags, index = '') =>
    (await commands.groups()).groupsDeleteCommand(index, flags),
  );
  return root;
}

/** One operand is a file to edit; several begin with what was meant for a command. */
function refuseUnknownCommand({ args: [typed = '', ...more], commands: known }: Command): void {
  if (more.length === 0) return;
  const names = known.map((one) => one.name());
  const meant = names.find((name) => isClose(typed, name));
  throw new SopsError('generic', {
    what: `unknown command: ${typed}`,
    fix: `${meant === undefined ? '' : `Did you mean ${meant}? `}The commands are ${names.join(', ')}; without one, a single file is edited.`,
  });
}

/** Whether letters are missing, too many or swapped, and nothing else. */
const isClose = (typed: string, name: string): boolean =>
  typed.length > 2 &&
  Math.abs(typed.length - name.length) <= 2 &&
  (isWithin(typed, name) || isWithin(name, typed) || [...typed].sort().join() === [...name].sort().join());

/** Whether the letters of one text stand in another, in their order. */
const isWithin = (some: string, all: string): boolean =>
  [...all].reduce((at, letter) => (letter === some[at] ? at + 1 : at), 0) === some.length;

const inputFlags = (command: Command): Command =>
  command
    .option('--input-type <format>', 'yaml, json, dotenv, ini or binary, instead of by the name')
    .option('--filename-override <name>', 'the name by which rules and formats are found')
    .option('--decryption-order <kinds>', 'kinds of recipients in the order to try them')
    .option('--indent <n>', 'blanks per level of the output');

const outputFlags = (command: Command): Command =>
  command
    .option('-i, --in-place', 'write to the file instead of standard output')
    .option('--output <path>', 'write to this file')
    .option('--output-type <format>', 'yaml, json, dotenv, ini or binary, instead of by the name');

const selectionFlags = (command: Command): Command =>
  command
    .option('--unencrypted-suffix <text>', 'leave keys with this suffix in clear')
    .option('--encrypted-suffix <text>', 'encrypt keys with this suffix only')
    .option('--unencrypted-regex <pattern>', 'leave matching keys in clear')
    .option('--encrypted-regex <pattern>', 'encrypt matching keys only')
    .option('--unencrypted-comment-regex <pattern>', 'leave what a matching comment stands above in clear')
    .option('--encrypted-comment-regex <pattern>', 'encrypt only what a matching comment stands above')
    .option('--mac-only-encrypted', 'compute the MAC over encrypted values only')
    .option('--shamir-secret-sharing-threshold <n>', 'shares needed to open a file with several groups');

const legacyFlags = (command: Command): Command =>
  addLegacyChanges(
    selectionFlags(addRecipientFlags(outputFlags(inputFlags(command))))
      .option('-e, --encrypt', 'encrypt a file')
      .option('-d, --decrypt', 'decrypt a file')
      .option('-r, --rotate', 'encrypt with a new data key')
      .option('--extract <path>', 'one key or branch, with -d')
      .option('--set <text>', 'a path and a value: ["key"] "text"')
      .option('--ignore-mac', 'ignore the message authentication code'),
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
      what: `only one of --${modes.join(', --')} can be done`,
      fix: 'Pass one of them.',
    });
  if (file === undefined)
    throw new SopsError('noFile', { what: 'no file is named', fix: 'sops-codec --help lists the commands.' });
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
