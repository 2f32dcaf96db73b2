import type { Clients } from '../clients';
import { callKms } from './kms-call';

/**
 * The ids of an account's and region's keys that no alias points at. Keys are listed before aliases: a key that got its
 * alias in between is not among them.
 *
 * @throws ProblemError
 */
export async function keysWithoutAlias(clients: Clients): Promise<readonly string[]> {
  const keys = await listKeys(clients);
  const aliased = new Set(await listAliasTargets(clients));
  return keys.filter((id) => !aliased.has(id));
}

const listKeys = (clients: Clients) =>
  callKms<readonly string[]>(clients, {
    operation: 'ListKeys',
    resource: 'all keys of the region',
    send: async ({ paginateListKeys }, client) => {
      const ids: string[] = [];
      for await (const page of paginateListKeys({ client, pageSize: 1000 }, {})) {
        ids.push(...(page.Keys ?? []).flatMap(({ KeyId }) => KeyId ?? []));
      }
      return ids;
    },
  });

const listAliasTargets = (clients: Clients) =>
  callKms<readonly string[]>(clients, {
    operation: 'ListAliases',
    resource: 'all aliases of the region',
    send: async ({ paginateListAliases }, client) => {
      const ids: string[] = [];
      for await (const page of paginateListAliases({ client, pageSize: 100 }, {})) {
        ids.push(...(page.Aliases ?? []).flatMap(({ TargetKeyId }) => TargetKeyId ?? []));
      }
      return ids;
    },
  });
