import type { KeyAlias, KmsKey, Parameter, Secret, Session } from './model';
import { createTable, type RecordChange, type Table } from './table';

/** What one account has in one region. */
export interface RegionStore {
  readonly account: string;
  readonly region: string;
  /** By key id. */
  readonly keys: Table<KmsKey>;
  /** By alias name, with its `alias/`. */
  readonly aliases: Table<KeyAlias>;
  /** By name. */
  readonly secrets: Table<Secret>;
  /** By name. */
  readonly parameters: Table<Parameter>;
}

/** A change of one record, with the table that it is in. Sessions belong to no account and no region. */
export type Change =
  | ({ readonly table: 'keys' } & Regional<KmsKey>)
  | ({ readonly table: 'aliases' } & Regional<KeyAlias>)
  | ({ readonly table: 'secrets' } & Regional<Secret>)
  | ({ readonly table: 'parameters' } & Regional<Parameter>)
  | ({ readonly table: 'sessions' } & RecordChange<Session>);

type Regional<T> = RecordChange<T> & { readonly account: string; readonly region: string };

/** The state of all accounts. */
export interface AccountStore {
  /** The store of an account in a region, created on first use. */
  region(account: string, region: string): RegionStore;
  regions(): readonly RegionStore[];
  /** By access key id. */
  readonly sessions: Table<Session>;
  /** Removes every record. */
  clear(): void;
}

/** Creates an empty store; `onChange` is called after each change of anything in it. */
export function createAccountStore(onChange: (change: Change) => void = () => undefined): AccountStore {
  const regions = new Map<string, RegionStore>();
  const sessions = createTable<Session>((change) => onChange({ table: 'sessions', ...change }));
  return {
    region: (account, region) => {
      const id = `${account}/${region}`;
      const known = regions.get(id);
      if (known !== undefined) return known;
      const where = { account, region };
      const created: RegionStore = {
        ...where,
        keys: createTable((change) => onChange({ table: 'keys', ...where, ...change })),
        aliases: createTable((change) => onChange({ table: 'aliases', ...where, ...change })),
        secrets: createTable((change) => onChange({ table: 'secrets', ...where, ...change })),
        parameters: createTable((change) => onChange({ table: 'parameters', ...where, ...change })),
      };
      regions.set(id, created);
      return created;
    },
    regions: () => [...regions.values()],
    sessions,
    clear: () => {
      for (const { keys, aliases, secrets, parameters } of regions.values()) {
        for (const { id } of keys.all()) keys.remove(id);
        for (const { name } of aliases.all()) aliases.remove(name);
        for (const { name } of secrets.all()) secrets.remove(name);
        for (const { name } of parameters.all()) parameters.remove(name);
      }
      for (const { accessKeyId } of sessions.all()) sessions.remove(accessKeyId);
    },
  };
}
