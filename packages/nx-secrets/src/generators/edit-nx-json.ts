import { parseJson, readNxJson, type NxJsonConfiguration, type Tree } from '@nx/devkit';
import { throwProblem } from '../problem';
import { editJson } from '../config/edit-json';
import type { RawOptions } from '../config/options';

/**
 * Changes the plugin's options in nx.json; comments, order and layout of the rest stay.
 *
 * @param name the name under which the plugin is installed; it is listed where it is not yet
 * @throws ProblemError where the plugin is listed in a file that nx.json extends, and something changes
 */
export function editOptions(tree: Tree, name: string, change: (raw: RawOptions) => RawOptions): void {
  const text = tree.read('nx.json', 'utf8') ?? '';
  const nxJson = text.trim() === '' ? {} : parseJson<NxJsonConfiguration>(text);
  const plugins = nxJson.plugins ?? [];
  const isThis = (entry: (typeof plugins)[number]) =>
    (typeof entry === 'string' ? entry : entry.plugin) === name;
  const entry = plugins.find(isThis);
  const old = typeof entry === 'object' ? entry : undefined;
  const raw = (old?.options ?? {}) as RawOptions;
  const options = change(raw);
  const isListed = entry !== undefined || (readNxJson(tree)?.plugins?.some(isThis) ?? false);
  if (isListed && JSON.stringify(options) === JSON.stringify(raw)) return;
  if (isListed && !entry) throwProblem(extended(nxJson.extends));
  const isPlain = Object.keys(options).length === 0;
  const changed = isPlain && !old ? name : { ...old, plugin: name, options };
  const edited = editJson(text, {
    ...nxJson,
    plugins: entry ? plugins.map((one) => (one === entry ? changed : one)) : [...plugins, changed],
  });
  if (edited !== text) tree.write('nx.json', edited);
}

const extended = (preset: string | undefined) =>
  ({
    code: 'badOption',
    what: `the options of the secrets plugin are in ${preset ?? 'a preset'}, which nx.json extends`,
    where: 'nx.json, extends',
    fix: 'Move the plugin\'s entry in "plugins" to nx.json.',
  }) as const;
