import { generateHere } from './commands';
import type { Problem } from '../problem';
import { publishedName } from './plugin-name';

/**
 * What is wrong with the name under which the plugin is installed: `nx migrate <alias>` and `npm install <alias>` take the
 * registry's package of that name, which somebody else may publish. A scope belongs to one owner, so a scoped alias is safe.
 *
 * @param name as `installedName` gives it
 */
export const aliasProblem = (name: string): Problem | undefined =>
  name === publishedName || name.startsWith('@')
    ? undefined
    : {
        code: 'aliasInstalled',
        what: `${publishedName} is installed as "${name}": nx migrate ${name} would replace it by what somebody else published as ${name} on npm`,
        where: 'package.json',
        fix: `Write "${publishedName}" for "${name}" in nx.json, remove "${name}" from package.json, then install the plugin under its own name:\nnpx nx add ${publishedName}${name === 'secrets' ? `\nTo keep nx g secrets:…:\n${generateHere('init', '--short-name')}` : ''}`,
      };
