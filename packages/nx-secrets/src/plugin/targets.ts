import type { TargetConfiguration } from '@nx/devkit';
import { shellWord } from '../config/commands';
import { cacheDayVariable } from './cache-day';
import { unhashedFilesVariable } from './unhashed-files';

/** What is particular to a target. */
interface InferredTarget {
  readonly description: string;
  /** Options for the example in its help, besides the stage. */
  readonly example?: object;
  /** Files that its result depends on, where the result may be kept; without them it is never kept. */
  readonly cachedOn?: readonly string[];
}

/** The targets of a service; each target and its executor have the same name. */
const inferredTargets: Readonly<Record<string, InferredTarget>> = {
  'sync-secrets': {
    description: "Pushes this service's changed secret files to AWS Secrets Manager.",
    example: { dryRun: true },
  },
  'provision-keys': {
    description: "Creates and repairs this service's KMS keys: alias, rotation, key policy, replicas.",
    example: { dryRun: true },
  },
  'diff-secrets': {
    description: 'Shows what a sync would do and which keys differ from the deployed ones; never values.',
  },
  'check-secrets': {
    description: "Checks this service's secret files without decrypting them.",
    // Any file may hold a plaintext value. Other services' rules and the options say whose each key is.
    cachedOn: [
      '{projectRoot}/**/*',
      '{workspaceRoot}/**/.sops.yaml',
      '{workspaceRoot}/nx.json',
      '{workspaceRoot}/.gitmodules',
      // Nx loads these for every task.
      '{workspaceRoot}/.env*',
      '{workspaceRoot}/.*.env',
    ],
  },
};

/** Shows a target's options. Nx takes a project's folder for its name, but for the one at the workspace root. */
const helpCommand = (root: string, target: string): string =>
  root === '.' ? `npx nx ${target} --help` : `npx nx run ${shellWord(`${root}:${target}`)} --help`;

/**
 * The targets of a service.
 *
 * @param plugin the name under which this plugin is installed
 * @param root of the project, relative to the workspace
 * @param stages stages that get a configuration each, so that `-c prod` works
 */
export function serviceTargets(
  plugin: string,
  root: string,
  stages: readonly string[],
): Record<string, TargetConfiguration> {
  const target = (name: string, { description, example, cachedOn }: InferredTarget): TargetConfiguration => ({
    executor: `${plugin}:${name}`,
    cache: cachedOn !== undefined,
    inputs: cachedOn
      ? [...cachedOn, { env: cacheDayVariable }, { env: unhashedFilesVariable }]
      : ['{projectRoot}/.sops.yaml', '{projectRoot}/secrets/**/*'],
    outputs: [],
    options: {},
    configurations: Object.fromEntries(stages.map((stage) => [stage, { stage }])),
    metadata: {
      // What may be kept does not ask AWS.
      technologies: cachedOn ? ['sops'] : ['aws', 'sops'],
      description,
      help: {
        command: helpCommand(root, name),
        example: { options: { stage: stages[0] ?? 'dev', ...example } },
      },
    },
  });
  return Object.fromEntries(
    Object.entries(inferredTargets).map(([name, definition]) => [name, target(name, definition)]),
  );
}

/** The targets of the workspace as a whole, for the project at its root. */
export const workspaceTargets = (plugin: string): Record<string, TargetConfiguration> => ({
  'prune-secrets': {
    executor: `${plugin}:prune-secrets`,
    cache: false,
    inputs: [],
    outputs: [],
    options: {},
    metadata: {
      technologies: ['aws', 'sops'],
      description: 'Lists secrets without a secret file and schedules their deletion.',
      help: {
        command: helpCommand('.', 'prune-secrets'),
        example: { options: { delete: true, window: 30 } },
      },
    },
  },
});
