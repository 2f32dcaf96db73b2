/** Where executors find the configuration that the command line asks for. */
export const requestedConfigurationVariable = 'NX_SECRETS_ASKED_CONFIGURATION';

const option = /^(?:-c|--configuration)(?:=(.+))?$/;
const target = /^[^:]+:[^:]+:([^:]+)$/;

/**
 * The configuration that a command line of Nx asks for: `-c prod`, `--configuration=prod`, `nx run project:target:prod`.
 *
 * @param argv the command line, program and all
 */
export function requestedConfiguration(argv: readonly string[]): string | undefined {
  for (const [index, argument] of argv.entries()) {
    const found = option.exec(argument);
    if (found) return found[1] ?? argv[index + 1];
  }
  const targets = argv.slice(2).flatMap((argument) => target.exec(argument)?.[1] ?? []);
  return targets[0];
}
