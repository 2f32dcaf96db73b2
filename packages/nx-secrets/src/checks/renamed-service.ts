import type { Problem } from '../problem';
import { generate, shellWord } from '../config/commands';
import type { Names } from '../config/names';
import { formerNameIn, type NamedKey } from '../secret-file/other-key';

/**
 * The one finding about a service whose folder or repository was renamed or moved: all else that its files and rules have
 * otherwise follows from it. Undefined where files or rules name several services, or one that the workspace has.
 *
 * @param stages for each stage the keys that its file and its rule name
 * @param services names of all services of the workspace
 */
export function renamedService(
  stages: readonly { readonly names: Names; readonly keys: readonly NamedKey[] }[],
  services: ReadonlySet<string>,
): Problem | undefined {
  const [first] = stages;
  if (!first) return undefined;
  const former = new Set(stages.map(({ names, keys }) => formerNameIn(keys, names)));
  const [before] = former;
  if (former.size !== 1 || before === undefined || services.has(before)) return undefined;
  const { address, service } = first.names;
  return {
    code: 'serviceRenamed',
    what: `the files and rules of ${address.root} are those of a service called "${before}", and it is called "${service}" now`,
    where: address.root,
    fix: [
      'To keep its name, keys and secrets:',
      generate(address, 'rename'),
      'To give it new ones, without losing a value:',
      generate(address, 'rename', `--new-name=${shellWord(service)}`),
    ].join('\n'),
  };
}
