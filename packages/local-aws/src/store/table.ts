/** A change of one record. */
export interface RecordChange<T> {
  readonly id: string;
  /** The record before; `undefined` for a new one. */
  readonly before: T | undefined;
  /** The record now; `undefined` for one that was removed. */
  readonly after: T | undefined;
  /** Whether the change must survive the process; the date of a last access need not. */
  readonly durable: boolean;
}

/** Records by id, in order of insertion; every change is reported, so that it can be saved. */
export interface Table<T> {
  get(id: string): T | undefined;
  all(): readonly T[];
  put(id: string, record: T): void;
  /** As `put`, for a change that may be lost when the process is killed. */
  putVolatile(id: string, record: T): void;
  remove(id: string): void;
  /** Puts or removes without a report: to load what was saved, or to undo. */
  restore(id: string, record: T | undefined): void;
}

/** Makes an empty table that calls `onChange` after each change. */
export function createTable<T>(onChange: (change: RecordChange<T>) => void): Table<T> {
  const records = new Map<string, T>();
  const put = (id: string, record: T, durable: boolean): void => {
    const before = records.get(id);
    records.set(id, record);
    onChange({ id, before, after: record, durable });
  };
  return {
    get: (id) => records.get(id),
    all: () => [...records.values()],
    put: (id, record) => put(id, record, true),
    putVolatile: (id, record) => put(id, record, false),
    remove: (id) => {
      const before = records.get(id);
      if (records.delete(id)) onChange({ id, before, after: undefined, durable: true });
    },
    restore: (id, record) => {
      if (record === undefined) records.delete(id);
      else records.set(id, record);
    },
  };
}
