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
    send: async ({ ListKeysCommand }, client) => {
      const ids: string[] = [];
      let Marker: string | undefined;
      do {
        const page = await client.send(new ListKeysCommand({ Limit: 1000, Marker }));
        ids.push(...(page.Keys ?? []).flatMap(({ KeyId }) => KeyId ?? []));
        Marker = page.NextMarker;
      } while (Marker !== undefined);
      return ids;
    },
  });

const listAliasTargets = (clients: Clients) =>
  callKms<readonly string[]>(clients, {
    operation: 'ListAliases',
    resource: 'all aliases of the region',
    send: async ({ ListAliasesCommand }, client) => {
      const ids: string[] = [];
      let Marker: string | undefined;
      do {
        const page = await client.send(new ListAliasesCommand({ Limit: 100, Marker }));
        ids.push(...(page.Aliases ?? []).flatMap(({ TargetKeyId }) => TargetKeyId ?? []));
        Marker = page.NextMarker;
      } while (Marker !== undefined);
      return ids;
    },
  });
