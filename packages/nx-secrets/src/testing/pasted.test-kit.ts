import { readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { getProjects, type ExecutorContext, type GeneratorCallback, type Tree } from '@nx/devkit';
import { execa } from 'execa';
import { FsTree } from 'nx/src/generators/tree';
import { resetWorkspaceContext } from 'nx/src/utils/workspace-context';
import checkSecrets from '../executors/check-secrets/executor';
import diffSecrets from '../executors/diff-secrets/executor';
import provisionKeys from '../executors/provision-keys/executor';
import syncSecrets from '../executors/sync-secrets/executor';
import importGenerator from '../generators/import/generator';
import init from '../generators/init/generator';
import merge from '../generators/merge/generator';
import policy from '../generators/policy/generator';
import prune from '../generators/prune/generator';
import rename from '../generators/rename/generator';
import rotate from '../generators/rotate/generator';
import stage from '../generators/stage/generator';
import who from '../generators/who/generator';
import set from '../generators/set/generator';
import { awsCommand } from './aws-command.test-kit';

/** Programs that lines of a fix begin with: a line is a command, or a sentence. */
const programs = /^(?:npx|git|aws|rm) /;

/** The commands of a fix: each is on a line of its own. */
export const commandsOf = (fix: string): readonly string[] =>
  fix.split('\n').filter((line) => programs.test(line));

/** What a test fills in where a command has a place for it: `<commit>` and the value that `set` asks for. */
export interface Filled {
  readonly places?: Readonly<Record<string, string>>;
  /** Values by key. */
  readonly values?: Readonly<Record<string, string>>;
}

type Generator = (tree: Tree, options: never) => Promise<GeneratorCallback>;

/** The generators, each with the option that its operand is. */
const generators: Readonly<
  Record<
    string,
    { readonly run: Generator; readonly operand?: string; readonly isPath?: true; readonly second?: string }
  >
> = {
  // The path is relative to where the shell is.
  import: { run: importGenerator, operand: 'file', isPath: true },
  init: { run: init },
  merge: { run: merge, operand: 'file' },
  policy: { run: policy },
  prune: { run: prune },
  rename: { run: rename },
  rotate: { run: rotate },
  set: { run: set, operand: 'key' },
  stage: { run: stage, operand: 'action', second: 'stage' },
  who: { run: who },
};

const executors = {
  'check-secrets': checkSecrets,
  'diff-secrets': diffSecrets,
  'provision-keys': provisionKeys,
  'sync-secrets': syncSecrets,
} as const;

/** What a workspace lends to those who paste commands into it. */
export interface PasteWorkspace {
  readonly directory: () => string;
  readonly generate: (run: (tree: Tree) => Promise<GeneratorCallback>) => Promise<void>;
  readonly git: (...args: readonly string[]) => Promise<unknown>;
}

/** Runs commands of fixes as a shell at the workspace root would; a project that Nx does not know is an error. */
export function pasteInto({ directory, generate, git }: PasteWorkspace) {
  const paste = async (line: string, filled: Filled = {}): Promise<void> => {
    const [from, to] = line.split(' | ');
    if (from !== undefined && to !== undefined) {
      const plain = await sopsCodec(directory(), wordsOf(from).slice(2));
      return void (await sopsCodec(directory(), wordsOf(to).slice(2), plain));
    }
    const [program = '', ...args] = wordsOf(line.replaceAll(/<[^>]*>/g, (place) => fill(place, filled)));
    if (program === 'git') return void (await git(...args));
    if (program === 'rm') return removeAll(directory(), args);
    if (program === 'aws') return awsCommand(args, directory());
    const [tool, verb, what = '', ...more] = args;
    if (tool === 'sops-codec') return void (await sopsCodec(directory(), args.slice(1)));
    if (tool === 'nx' && verb === 'g') return nxGenerate(what, more, filled);
    if (tool === 'nx' && verb === 'run') return nxRun(what, more);
    throw new Error(`not a command that is known: ${line}`);
  };

  const nxGenerate = async (name: string, args: readonly string[], { values = {} }: Filled) => {
    const generator = generators[name.replace(/^(?:nx-)?secrets:/, '')];
    if (!generator) throw new Error(`there is no generator ${name}`);
    const { options, operands } = optionsOf(args);
    const first =
      generator.isPath && operands[0] !== undefined && operands[0] !== '-'
        ? resolve(directory(), operands[0])
        : operands[0];
    const operand = generator.operand && first !== undefined ? { [generator.operand]: first } : {};
    const second = generator.second && operands[1] !== undefined ? { [generator.second]: operands[1] } : {};
    const given = { ...options, ...operand, ...second } as {
      key?: string;
      unset?: boolean;
      fromFile?: string;
      project?: string;
    };
    if (given.key !== undefined && !given.unset && generator.operand === 'key') {
      given.fromFile = resolve(directory(), 'tmp-value');
      const value = values[given.key];
      if (value === undefined) throw new Error(`the test has no value for ${given.key}`);
      await writeFile(given.fromFile, value);
    }
    const { argv } = process;
    process.argv = ['node', 'nx', 'g', name, ...args];
    try {
      await generate((tree) => {
        const project = given.project ?? rootProject(tree);
        return generator.run(tree, { ...given, ...(project === undefined ? {} : { project }) } as never);
      });
    } finally {
      process.argv = argv;
      if (given.fromFile) await rm(given.fromFile, { force: true });
    }
  };

  const nxRun = async (id: string, args: readonly string[]) => {
    const at = id.lastIndexOf(':');
    const [projectName, target] = [id.slice(0, at), id.slice(at + 1)];
    const { success } = await run(projectName, target, optionsOf(args).options);
    if (!success) throw new Error(`nx run ${id} failed`);
  };

  /** Runs a target of a project. */
  const run = (projectName: string, target: string, options: object) => {
    const executor = executors[target as keyof typeof executors];
    return executor(options, context(projectName, target));
  };

  /** As Nx makes it from the projects that there are. */
  const context = (projectName: string, targetName: string): ExecutorContext => {
    resetWorkspaceContext();
    const tree = new FsTree(directory(), false);
    const projects = Object.fromEntries(getProjects(tree));
    if (!projects[projectName]) throw new Error(`Cannot find project '${projectName}'`);
    return {
      root: directory(),
      cwd: directory(),
      isVerbose: false,
      projectName,
      targetName,
      nxJsonConfiguration: JSON.parse(readFileSync(join(directory(), 'nx.json'), 'utf8')),
      projectsConfigurations: { version: 2, projects },
      projectGraph: { nodes: {}, dependencies: {} },
    };
  };

  return { paste, run };
}

/** Nx gives a generator the project around the working directory, the workspace root, where none is named. */
const rootProject = (tree: Tree): string | undefined =>
  [...getProjects(tree)].find(([, { root }]) => root === '.')?.[0];

function fill(place: string, { places = {} }: Filled): string {
  const text = places[place.slice(1, -1)];
  if (text === undefined) throw new Error(`the test has nothing for ${place}`);
  return text;
}

async function removeAll(directory: string, args: readonly string[]): Promise<void> {
  const recursive = args[0] === '-r';
  for (const path of recursive ? args.slice(1) : args) await rm(join(directory, path), { recursive });
}

/** `npx sops-codec …` in a folder; gives what it prints. */
export async function sopsCodec(directory: string, args: readonly string[], input = ''): Promise<string> {
  const bin = join(__dirname, '../../../sops-codec/dist/command-line/main.js');
  const options = { cwd: directory, input, stripFinalNewline: false };
  return (await execa(process.execPath, [bin, ...args], options)).stdout;
}

/** The words of a line as a POSIX shell splits it; what a shell would expand or run is an error. */
export function wordsOf(line: string): readonly string[] {
  const words: string[] = [];
  const word = /((?:'[^']*'|"[^"$`\\!]*"|\\.|[^\s'"\\$`;&|<>()*?~#!{}]|(?<=[^\s])[~#])+)(?:\s+|$)/y;
  while (word.lastIndex < line.length) {
    const [, text] = word.exec(line) ?? [];
    if (text === undefined) throw new Error(`a shell would do more than take words: ${line}`);
    words.push(
      text.replaceAll(
        /'([^']*)'|"([^"]*)"|\\(.)/g,
        (_, one?: string, two?: string, three?: string) => one ?? two ?? three ?? '',
      ),
    );
  }
  return words;
}

/** Options as Nx reads them: `--dry-run`, `--stage=dev`; numbers and booleans by their look. */
function optionsOf(args: readonly string[]) {
  const operands = args.filter((arg) => !arg.startsWith('--'));
  const options = Object.fromEntries(
    args.flatMap((arg) => {
      const [, name = '', value] = /^--([^=]+)(?:=(.*))?$/s.exec(arg) ?? [];
      if (name === '') return [];
      const camel = name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
      const [, negated] = value === undefined ? (/^no-(.+)$/.exec(name) ?? []) : [];
      return [negated === undefined ? [camel, value ?? true] : [negated, false]];
    }),
  );
  return { options, operands };
}
