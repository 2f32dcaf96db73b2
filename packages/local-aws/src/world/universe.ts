import type { KeyAlias, KmsKey, Secret, Session } from './model';
import { createTable, type Table } from './table';

/** What one account has in one region; worlds never see each other. */
export interface World {
  readonly account: string;
  readonly region: string;
  /** By key id. */
  readonly keys: Table<KmsKey>;
  /** By alias name, with its `alias/`. */
  readonly aliases: Table<KeyAlias>;
  /** By name. */
  readonly secrets: Table<Secret>;
}

export interface Universe {
  /** The world of an account in a region, made when first asked for. */
  world(account: string, region: string): World;
  worlds(): readonly World[];
  /** By access key id. */
  readonly sessions: Table<Session>;
  clear(): void;
}

/** Makes an empty universe; `changed` is called after each change of anything in it. */
export function createUniverse(changed: () => void = () => undefined): Universe {
  const worlds = new Map<string, World>();
  let sessions = createTable<Session>(changed);
  return {
    world: (account, region) => {
      const id = `${account}/${region}`;
      const known = worlds.get(id);
      if (known !== undefined) return known;
      const made: World = {
        account,
        region,
        keys: createTable(changed),
        aliases: createTable(changed),
        secrets: createTable(changed),
      };
      worlds.set(id, made);
      return made;
    },
    worlds: () => [...worlds.values()],
    get sessions() {
      return sessions;
    },
    clear: () => {
      worlds.clear();
      sessions = createTable(changed);
      changed();
    },
  };
}
