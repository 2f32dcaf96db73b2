/** The name under which this package is published. */
export const publishedName = 'nx-secrets';

/**
 * The name under which this plugin is installed, for the commands that messages advise: a process works in one workspace,
 * and nearly every message would have to be handed it.
 */
// eslint-disable-next-line no-restricted-syntax -- goes with the commit that hands the name on as a value
let name = publishedName;

/** Called where nx.json is read. */
export const setPluginName = (installed: string): void => {
  name = installed;
};

/** As in `npx nx g ${pluginName()}:set`. */
export const pluginName = (): string => name;
