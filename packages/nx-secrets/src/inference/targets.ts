import type { TargetConfiguration } from '@nx/devkit';

/**
 * The targets of a service.
 *
 * @param plugin the name under which this plugin is installed
 * @param stages stages that get a configuration each, so that `-c prod` works
 */
export function serviceTargets(
  plugin: string,
  stages: readonly string[],
): Record<string, TargetConfiguration> {
  const configurations = Object.fromEntries(stages.map((stage) => [stage, { stage }]));
  return {
    'sync-secrets': {
      executor: `${plugin}:sync-secrets`,
      cache: false,
      inputs: ['{projectRoot}/.sops.yaml', '{projectRoot}/secrets/**/*'],
      outputs: [],
      options: {},
      configurations,
      metadata: {
        technologies: ['aws', 'sops'],
        description: "Pushes this service's secret files to AWS Secrets Manager, those that changed.",
        help: {
          command: `npx nx g ${plugin}:set --help`,
          example: { options: { stage: stages[0] ?? 'dev', dryRun: true } },
        },
      },
    },
    'check-secrets': {
      executor: `${plugin}:check-secrets`,
      cache: true,
      // Other services' rules and the options say whose each key is.
      inputs: [
        '{projectRoot}/secrets/**/*',
        '{projectRoot}/**/.env*',
        '{workspaceRoot}/**/.sops.yaml',
        '{workspaceRoot}/nx.json',
      ],
      outputs: [],
      options: {},
      configurations,
      metadata: {
        technologies: ['sops'],
        description: "Checks this service's secret files without any key.",
        help: {
          command: `npx nx g ${plugin}:set --help`,
          example: { options: { stage: stages[0] ?? 'dev' } },
        },
      },
    },
  };
}
