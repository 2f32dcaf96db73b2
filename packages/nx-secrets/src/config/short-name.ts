import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { publishedName } from './plugin-name';

/** The name that generators have besides the plugin's own: `nx g secrets:init`. */
export const shortName = 'secrets';

/** The private package of the workspace that gives it. */
export const shortNameFolder = `tools/${shortName}`;

/** Whether a `generators.json` gives the plugin's generators another name. */
export function isShortName(text: string): boolean {
  try {
    const { extends: parents } = JSON.parse(text) as { readonly extends?: unknown };
    return Array.isArray(parents) && parents.includes(publishedName);
  } catch {
    return false;
  }
}

/**
 * The name by which commands address the plugin's generators: the short one where the workspace has it.
 *
 * @param installed as `installedName` gives it
 */
export function nameInCommands(workspaceRoot: string, installed: string): string {
  try {
    const text = readFileSync(join(workspaceRoot, shortNameFolder, 'generators.json'), 'utf8');
    return installed === publishedName && isShortName(text) ? shortName : installed;
  } catch {
    return installed;
  }
}
