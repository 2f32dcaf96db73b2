import type { IvCache } from '../cipher/iv-cache';
import type { Metadata } from '../metadata/metadata';
import type { Document, Format } from '../model/tree';

/** A file as it is stored, with encrypted texts in its leaves. */
export interface EncryptedFile {
  /** The format that the file is written in. */
  readonly format: Format;
  /** Its documents without the metadata; only YAML can have more than one. */
  readonly documents: readonly Document[];
  /** Recipients, MAC, selection rule and the rest of what is under `sops`. */
  readonly metadata: Metadata;
}

/** A decrypted file, with what is needed to encrypt it again without changing what did not change. */
export interface DecryptedFile {
  /** The format that the file is written in. */
  readonly format: Format;
  /** The plain documents. */
  readonly documents: readonly Document[];
  /** The metadata of the encrypted file. */
  readonly metadata: Metadata;
  /** 32 bytes; `withDataKey` fills them with zeros when you are done. */
  readonly dataKey: Uint8Array;
  /** The IVs of the encrypted values, so that unchanged values keep their ciphertext. */
  readonly ivCache: IvCache;
  /** The file as it was before it was decrypted. */
  readonly encrypted: EncryptedFile;
  /**
   * Keys of the plaintext values that the MAC does not cover, without list indexes: those of a file with
   * `macOnlyEncrypted`. Whoever can write the file can choose them.
   */
  readonly unauthenticated: readonly (readonly string[])[];
}

/** A decrypted file that ends its data key itself: `using opened = await decrypt(file, keyring)`. */
export interface OpenedFile extends DecryptedFile {
  /** Fills the data key with zeros, at the end of the block of a `using` declaration. */
  readonly [Symbol.dispose]: () => void;
}
