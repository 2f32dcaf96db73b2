/** Records by id, in order of insertion; every change is reported, so that it can be saved. */
export interface Table<T> {
  get(id: string): T | undefined;
  all(): readonly T[];
  put(id: string, record: T): void;
  remove(id: string): void;
}

/** Makes an empty table that calls `changed` after each change. */
export function createTable<T>(changed: () => void): Table<T> {
  const records = new Map<string, T>();
  return {
    get: (id) => records.get(id),
    all: () => [...records.values()],
    put: (id, record) => {
      records.set(id, record);
      changed();
    },
    remove: (id) => {
      if (records.delete(id)) changed();
    },
  };
}
