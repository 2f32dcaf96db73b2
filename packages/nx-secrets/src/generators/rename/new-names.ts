import { basename } from 'node:path';
import type { Tree } from '@nx/devkit';
import { throwProblem, type Problem } from '../../problem';
import { generate, type Address } from '../../config/commands';
import { earlierNamings } from '../../config/earlier-naming';
import { formerNames, type Formerly } from '../../config/former-names';
import type { Options } from '../../config/options';
import { patternsOf } from '../../config/service-patterns';
import type { FormerService } from './former-service';

/** What a service is to be called from now on, as far as the command line says it. */
export interface NewNames {
  readonly newName?: string;
  readonly secretName?: string;
  readonly keyAlias?: string;
}

/**
 * How a service, its secret and its key were called before: as nx.json has it where a rename is under way; else the naming
 * of nx.json, now or in Git's history, by which the key in its rules is that of the service that the rules name. So no file
 * alone can say which key it is opened with.
 *
 * @param formerRoot where the service was, if nx.json has an entry for that
 * @throws ProblemError where no naming makes the key that the rules name
 */
export async function namesBefore(
  tree: Tree,
  root: string,
  { name, keys, stages }: FormerService & { readonly stages: readonly string[] },
  options: Options,
  address: Address,
  formerRoot: string | undefined,
): Promise<Formerly> {
  const known = options.formerly.get(root);
  if (known) return known;
  const earlier = await earlierNamings(tree.root, options).catch(() => []);
  const [uncommitted, committed] = [true, false].map((isNow) =>
    earlier.filter(({ until }) => (until === undefined) === isNow).map((one) => one.options),
  );
  // What HEAD has is what it was called before the change at hand.
  const namings = [...(uncommitted ?? []), options, ...(committed ?? [])];
  for (const naming of namings) {
    for (const place of [root, ...(formerRoot === undefined ? [] : [formerRoot])]) {
      const service = name ?? naming.services.get(place) ?? basename(place);
      const formerly = { name: service, ...patternsOf(naming, place) };
      const isIts = keys.some(({ key }) =>
        stages.some(
          (stage) =>
            formerNames(formerly, stage).keyAlias === key.resource ||
            naming.foreignKeys.get(place)?.get(stage)?.arn === key.arn,
        ),
      );
      if (isIts) return formerly;
    }
  }
  return throwProblem(unknown(root, address));
}

const unknown = (root: string, address: Address): Problem => ({
  code: 'formerNamesUnknown',
  what: `no naming in nx.json, now or in Git's history, makes the keys that ${root}/.sops.yaml names`,
  where: `${root}/.sops.yaml`,
  fix: `Put the former "secretName", "keyAlias" and "services" back in nx.json, then pass the new ones:\n${generate(address, 'rename', '--secret-name="/services/<name>/{stage}"', '--key-alias="<name>-{stage}"')}`,
});
