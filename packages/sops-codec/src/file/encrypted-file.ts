import type { Stash } from '../cipher/stash';
import type { Metadata } from '../metadata/metadata';
import type { Document, Format } from '../model/tree';

/** A file as it is stored: encrypted texts in its leaves. */
export interface EncryptedFile {
  readonly format: Format;
  readonly documents: readonly Document[];
  readonly metadata: Metadata;
}

/** A file that was opened, with what is needed to close it again without changing what did not change. */
export interface DecryptedFile {
  readonly format: Format;
  /** Plain documents. */
  readonly documents: readonly Document[];
  readonly metadata: Metadata;
  /** 32 bytes; whoever is done with the file fills them with zeros. */
  readonly dataKey: Uint8Array;
  readonly stash: Stash;
  /** What was opened. */
  readonly encrypted: EncryptedFile;
}
