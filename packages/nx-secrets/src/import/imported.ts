import type { Document } from 'sops-codec';

/** What a source gives: values in memory, and what there is to say of them. No text here has a value in it. */
export interface Imported {
  /** What messages call the source: its path, `standard input`, `the environment`. */
  readonly source: string;
  /** The values in order, with their comments: one document, or none where there are no values. */
  readonly documents: readonly Document[];
  /** Values that were read in another form than the source has them in. */
  readonly normalised: readonly KeyNote[];
  /** Keys of the source that are no secrets of the service, and why. */
  readonly leftOut: readonly KeyNote[];
  /** Further lines for the report. */
  readonly notes: readonly string[];
  /** Extension of a new secret file for it, where the user names none; YAML where absent. */
  readonly extension?: string;
  /** Keys that an encrypted source holds in plaintext, which may stay so; JSON texts of their paths. */
  readonly plaintext?: ReadonlySet<string>;
  /** Name of the deployed secret that the values are of, where it is the service's own: a sync has to adopt it. */
  readonly adopts?: string;
  /** Of an encrypted file: who can open it. */
  readonly recipients?: readonly string[];
}

/** A key by its name, as reports show it (`keyText`), and what there is to say of it. */
export interface KeyNote {
  readonly key: string;
  readonly what: string;
}

/** What a reader gives of a text: `Imported` but for what the caller knows. */
export type Reading = Pick<Imported, 'documents' | 'normalised' | 'leftOut' | 'notes'>;

/** Documents of keys and texts in order. */
export const textDocuments = (entries: readonly (readonly [string, string])[]): readonly Document[] => [
  { kind: 'map', items: entries.map(([key, text]) => ({ kind: 'item', key, value: { kind: 'str', text } })) },
];

/** A reading of which there is nothing to say. */
export const plainReading = (documents: readonly Document[]): Reading => ({
  documents,
  normalised: [],
  leftOut: [],
  notes: [],
});
