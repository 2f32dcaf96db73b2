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
  return {
    'sync-secrets': {
      executor: `${plugin}:sync-secrets`,
      cache: false,
      inputs: ['{projectRoot}/.sops.yaml', '{projectRoot}/secrets/**/*'],
      outputs: [],
      options: {},
      configurations: Object.fromEntries(stages.map((stage) => [stage, { stage }])),
      metadata: {
        technologies: ['aws', 'sops'],
        description: "Pushes this service's secret files to AWS Secrets Manager, those that changed.",
        help: {
          command: `npx nx g ${plugin}:set --help`,
          example: { options: { stage: stages[0] ?? 'dev', dryRun: true } },
        },
      },
    },
  };
}
