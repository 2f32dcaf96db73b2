import type { FlagDefinition, Flags } from './arguments/flag';
import * as define from './arguments/flag-definitions';

/** How many operands a command takes, and its exit code for any other number. */
interface Operands {
  readonly least: number;
  /** The greatest number; where absent, `isFirstOnly` or all are used. */
  readonly most?: number | undefined;
  readonly exitCode: number;
}

/** A command. */
export interface CommandDefinition {
  readonly name: string;
  readonly what: string;
  /** The operands, for its help. */
  readonly usage: string;
  readonly flags: readonly FlagDefinition[];
  readonly operands?: Operands;
  /** More operands than the first one are ignored with a warning. */
  readonly isFirstOnly?: boolean;
  readonly commands?: readonly CommandDefinition[];
  /** Runs it, and gives the exit code where that is not 0. Loaded only then: most of the time of a small file is starting. */
  readonly run?: (flags: Flags, operands: readonly string[]) => Promise<number | void>;
}

const file = { least: 1, exitCode: 100 };
const fileAndCommand = { least: 2, most: 2, exitCode: 1 };
const group = [define.text('file, f', 'the file'), define.inPlace, define.threshold];

const groups: readonly CommandDefinition[] = [
  {
    name: 'add',
    what: 'add a group of recipients',
    usage: '',
    operands: { least: 0, most: 0, exitCode: 1 },
    flags: [...group, ...define.groupRecipients, ...define.keyServices],
    run: async (flags) => (await import('./groups.js')).groupsAddCommand(flags),
  },
  {
    name: 'delete',
    what: 'remove a group of recipients',
    usage: '<index>',
    operands: { least: 1, most: 1, exitCode: 1 },
    flags: [...group, ...define.keyServices],
    run: async (flags, [index = '']) => (await import('./groups.js')).groupsDeleteCommand(index, flags),
  },
];

const completions: readonly CommandDefinition[] = ['bash', 'zsh', 'fish', 'powershell'].map((shell) => ({
  name: shell,
  what: `print the completion script of ${shell}`,
  usage: '',
  flags: [],
  run: async () => (await import('./completion-script.js')).completionCommand(shell),
}));

/** The commands of sops 3.13. Source: sops `cmd/sops/main.go` */
export const commands: readonly CommandDefinition[] = [
  {
    name: 'completion',
    what: 'print a completion script for a shell',
    usage: '<shell>',
    flags: [],
    commands: completions,
  },
  {
    name: 'exec-env',
    what: 'run a command with the values as variables',
    usage: '<file> <command>',
    operands: fileAndCommand,
    flags: [
      define.background,
      define.bool('pristine', 'only the values in the environment'),
      define.user,
      define.bool(
        'same-process',
        'accepted for compatibility: the exit code of the command is returned anyway',
      ),
      define.decryptionOrder,
      ...define.keyServices,
    ],
    run: async (flags, [name = '', command = '']) =>
      (await import('./exec.js')).execEnvCommand(name, command, flags),
  },
  {
    name: 'exec-file',
    what: 'run a command with the path of the plaintext at {}',
    usage: '<file> <command>',
    operands: fileAndCommand,
    flags: [
      define.background,
      define.bool('no-fifo', 'a file instead of a FIFO'),
      define.user,
      ...define.types,
      define.text('filename', 'the name of the file'),
      define.decryptionOrder,
      ...define.keyServices,
    ],
    run: async (flags, [name = '', command = '']) =>
      (await import('./exec.js')).execFileCommand(name, command, flags),
  },
  {
    name: 'publish',
    what: 'upload a file to the destination of its rule',
    usage: '<file>',
    isFirstOnly: true,
    flags: [
      define.yes,
      define.bool('omit-extensions', 'remove the extension from the name at the destination'),
      define.bool('recursive', 'publish all files of a directory'),
      define.verbose,
      define.decryptionOrder,
      ...define.keyServices,
    ],
    run: async (flags, operands) => (await import('./publish.js')).publishCommand(operands, flags),
  },
  {
    name: 'keyservice',
    what: 'serve the keys of this machine to other machines or users',
    usage: '',
    flags: define.keyServiceFlags,
    run: async (flags) => (await import('./key-service.js')).keyServiceCommand(flags),
  },
  {
    name: 'filestatus',
    what: 'print whether a file is encrypted',
    usage: '<file>',
    operands: file,
    flags: [define.inputType],
    run: async (flags, [name = '']) => (await import('./file-status.js')).fileStatusCommand(name, flags),
  },
  { name: 'groups', what: 'change the key groups of a file', usage: '', flags: [], commands: groups },
  {
    name: 'updatekeys',
    what: 'give files the recipients of their creation rule',
    usage: '<file>…',
    flags: [define.yes, define.inputType, ...define.keyServices],
    run: async (flags, names) => (await import('./update-keys.js')).updateKeysCommand(names, flags),
  },
  {
    name: 'decrypt',
    what: 'decrypt a file, or standard input',
    usage: '[file]',
    isFirstOnly: true,
    flags: [
      ...define.output,
      define.text('extract', 'one value: ["key"][0]'),
      ...define.types,
      define.ignoreMac,
      define.nameOverride,
      define.decryptionOrder,
      ...define.keyServices,
    ],
    run: async (flags, [name]) => (await import('./decrypt.js')).decryptCommand(name, flags),
  },
  {
    name: 'encrypt',
    what: 'encrypt a file, or standard input',
    usage: '[file]',
    isFirstOnly: true,
    flags: [
      ...define.output,
      ...define.recipients,
      ...define.types,
      ...define.selection,
      define.threshold,
      define.nameOverride,
      ...define.keyServices,
    ],
    run: async (flags, [name]) => (await import('./encrypt.js')).encryptCommand(name, flags),
  },
  {
    name: 'rotate',
    what: 'encrypt a file with a new data key',
    usage: '<file>',
    operands: file,
    isFirstOnly: true,
    flags: [
      ...define.output,
      ...define.types,
      ...define.recipients.filter(({ names }) => names[0] === 'encryption-context'),
      ...define.changes,
      define.nameOverride,
      define.decryptionOrder,
      ...define.keyServices,
    ],
    run: async (flags, [name = '']) => (await import('./rotate.js')).rotateCommand(name, flags),
  },
  {
    name: 'edit',
    what: 'edit a file in $EDITOR',
    usage: '<file>',
    operands: file,
    isFirstOnly: true,
    flags: [
      ...define.recipients,
      ...define.types,
      ...define.selection,
      define.threshold,
      define.showMasterKeys,
      define.ignoreMac,
      define.decryptionOrder,
      ...define.keyServices,
    ],
    run: async (flags, [name = '']) => (await import('./edit.js')).editCommand(name, flags),
  },
  {
    name: 'set',
    what: 'set a value, passed as JSON',
    usage: '<file> <path> [value]',
    flags: [
      ...define.types,
      define.bool('value-file', 'read the value from the file that is passed as value'),
      define.bool('value-stdin', 'read the value from standard input'),
      define.threshold,
      define.ignoreMac,
      define.decryptionOrder,
      define.bool('idempotent', 'do not write a file that has the value already'),
      ...define.keyServices,
    ],
    run: async (flags, operands) => (await import('./set.js')).setCommand(operands, flags),
  },
  {
    name: 'unset',
    what: 'remove a value',
    usage: '<file> <path>',
    operands: { least: 2, most: 2, exitCode: 100 },
    flags: [
      ...define.types,
      define.threshold,
      define.ignoreMac,
      define.decryptionOrder,
      define.bool('idempotent', 'accept a value that does not exist'),
      ...define.keyServices,
    ],
    run: async (flags, [name = '', path = '']) => (await import('./set.js')).unsetCommand(name, path, flags),
  },
];
