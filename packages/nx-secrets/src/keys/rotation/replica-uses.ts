import type { Clients } from '../../aws/clients';
import { aliasesOf, type Key } from '../../aws/kms/keys';
import { labelledVersions, type LabelledVersion } from '../../aws/secrets-manager/list-secret-versions';
import type { Names } from '../../config/names';
import type { KeyPair } from './key-pair';

/**
 * What still needs the replicas of an old key: each opens what was encrypted in its own region, a replica of the secret
 * among it, and Secrets Manager does not re-encrypt a replica when its primary is.
 *
 * @throws ProblemError where AWS refuses to say
 */
export async function usesOfReplicas(
  clientsIn: (region: string) => Clients,
  { secretName }: Names,
  { key, old }: KeyPair,
): Promise<{ readonly aliases: readonly string[]; readonly secrets: readonly string[] }> {
  const regions = old.regions.kind === 'primary' ? old.regions.replicas : [];
  const uses = await Promise.all(
    regions.map(async (region) => {
      const clients = clientsIn(region);
      const [aliases, versions] = await Promise.all([
        aliasesOf(clients, old.id),
        labelledVersions(clients, secretName),
      ]);
      return {
        aliases: aliases.map((alias) => `${alias} in ${region}`),
        secrets: versions
          .filter((version) => needs(version, { key, old }))
          .map(
            ({ id, labels }) =>
              `${secretName} in ${region}, version ${id.slice(0, 12)}… (${labels.join(', ')})`,
          ),
      };
    }),
  );
  return { aliases: uses.flatMap((one) => one.aliases), secrets: uses.flatMap((one) => one.secrets) };
}

/** The replicas of a key have its id. A key that is named by an alias may be either. */
function needs({ keys }: LabelledVersion, { key, old }: KeyPair): boolean {
  const isBy = ({ id }: Pick<Key, 'id'>) => keys.some((name) => name === id || name.endsWith(`:key/${id}`));
  return !isBy(key) && (isBy(old) || keys.some((name) => name.includes('alias/')));
}
