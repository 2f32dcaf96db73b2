import { publishedName } from './plugin-name';

/**
 * How commands address a service. Its name, its Nx project's name and its folder may all differ, and Nx knows the last two
 * only.
 */
export interface Address {
  /** Project root relative to the workspace, `.` for the workspace itself. */
  readonly root: string;
  /** Name of the Nx project; undefined where Nx was not asked: then its folder stands for it. */
  readonly project?: string | undefined;
}

/** Names of Nx projects, by root. */
export type ProjectNames = ReadonlyMap<string, string>;

/** The address of the service whose secret file is at `path`, relative to the workspace. */
export const addressOf = (path: string): Address => ({
  root: path.replace(/(?:^|\/)secrets\/[^/]*$/, '') || '.',
});

/** The stage of the secret file at `path`. */
export const stageOf = (path: string): string =>
  path.slice(path.lastIndexOf('/') + 1).replace(/\.enc\..*$/, '');

/**
 * `npx nx g nx-secrets:<generator> …` for a service, for every folder of the workspace; with `textAsInstalled` it can be
 * pasted in a workspace that has the plugin under another name.
 */
export const generate = (address: Address, generator: string, ...args: readonly string[]): string =>
  generateHere(generator, ...args, `--project=${shellWord(projectOf(address))}`);

/** `npx nx g nx-secrets:<generator> …` without a service: for the folder that the sentence before it names. */
export const generateHere = (generator: string, ...args: readonly string[]): string =>
  `npx nx g ${publishedName}:${[generator, ...args].join(' ')}`;

/** Imports what is piped in, for the service of the working directory. */
export const importPiped = (...options: readonly string[]): string => generateHere('import', '-', ...options);

/** The options of an import that let it replace keys; a name with a comma is an option of its own. */
export const overwriteKeys = (names: readonly string[]): readonly string[] =>
  [names.filter((name) => !name.includes(',')).join(','), ...names.filter((name) => name.includes(','))]
    .filter(Boolean)
    .map((name) => shellWord(`--overwrite=${name}`));

/** Merges the sides of a secret file that Git left in conflict. */
export const mergeCommand = (path: string, ...args: readonly string[]): string =>
  generateHere('merge', shellWord(path), ...args);

/** Adds a stage to nx.json; at the workspace root, where no project is meant. */
export const addStage = (stages: string): string => generateHere('init', `--stages=${shellWord(stages)}`);

/** Stands for a key in a command: whoever pastes it as it is gets an error of the shell, not a key of that name. */
export const anyKey = '<key>';

/** The command that sets a key of a stage's file, or with `--unset` removes it. */
export const setKey = (address: Address, stage: string, key: string, ...args: readonly string[]): string =>
  // A key may begin as an option does: names come from files.
  generate(
    address,
    'set',
    key === anyKey ? key : shellWord(key.startsWith('-') ? `--key=${key}` : key),
    `--stage=${stage}`,
    ...args,
  );

/** `npx nx run <project>:<target> …` for a service. */
export const runTarget = (address: Address, target: string, ...args: readonly string[]): string =>
  ['npx nx run', shellWord(`${projectOf(address)}:${target}`), ...args].join(' ');

/**
 * A command of sops for one of a service's files: rules are read from the service's own `.sops.yaml`. For the workspace
 * root.
 */
export const sops = ({ root }: Address, ...args: readonly string[]): string => {
  const folder = root === '.' ? '' : `${root}/`;
  return `npx sops-codec --config ${[`${folder}.sops.yaml`, ...args].map(shellWord).join(' ')}`;
};

/** Encrypts a secret file again, as its creation rule says now; the values go through a pipe, not to the disk. */
export const encryptAgain = (path: string): string => {
  const at = addressOf(path);
  return `${sops(at, 'decrypt', path)} | ${sops(at, 'encrypt', '--filename-override', path, '--output', path)}`;
};

/** Gives a secret file the recipients that its creation rule names. */
export const updateKeys = (path: string): string => sops(addressOf(path), 'updatekeys', '--yes', path);

/** How a damaged file comes back. */
export const restore = (path: string): string =>
  [
    'Restore the committed file:',
    checkOut(path),
    'If the committed file is like this, too, check out an earlier revision:',
    `git log --oneline -- ${shellWord(path)}`,
    `git checkout <commit> -- ${shellWord(path)}`,
  ].join('\n');

/** Puts the committed content of a file back. */
export const checkOut = (path: string): string => `git checkout HEAD -- ${shellWord(path)}`;

/** Takes a file out of Git, and leaves it where it is. */
export const untrack = (path: string): string => `git rm --cached --ignore-unmatch ${shellWord(path)}`;

/** What a shallow clone needs. */
export const wholeHistory =
  'Fetch the whole history: fetch-depth: 0 (GitHub Actions), GIT_DEPTH: 0 (GitLab), or:\ngit fetch --unshallow';

/** Nx takes a folder for a name, too. */
const projectOf = ({ project, root }: Address): string => project ?? root;

/** A text as one word of a shell; in double quotes where they do, since cmd.exe knows no others. */
export const shellWord = (text: string): string => {
  if (/^[\w./:=,+-][\w./:=,+@-]*$/.test(text)) return text;
  return /^[\w./:=,+@ ()&;<>|*?#~{}[\]-]+$/.test(text) ? `"${text}"` : `'${text.replaceAll("'", "'\\''")}'`;
};
