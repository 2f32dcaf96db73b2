import type { Document, Mapping } from '../../model/tree';

/** How a file is laid out where its format leaves a choice. */
export interface Layout {
  /** Blanks per level (YAML, JSON; -1 is a tab in JSON); the default of the format where absent. */
  readonly indent?: number | undefined;
}

/** The parts of an encrypted file: its documents without metadata, and the metadata as a nested mapping. */
export interface EncryptedParts {
  readonly documents: readonly Document[];
  readonly metadata: Mapping;
}

/** Reads and writes one file format. Readers throw SopsError `syntax` for what they cannot read. */
export interface FormatCodec {
  readonly readPlain: (bytes: Uint8Array) => readonly Document[];
  readonly readEncrypted: (bytes: Uint8Array) => EncryptedParts;
  readonly writePlain: (documents: readonly Document[], layout: Layout) => Uint8Array;
  readonly writeEncrypted: (documents: readonly Document[], metadata: Mapping, layout: Layout) => Uint8Array;
}
