/**
 * `sops-codec/kms`: files with a recipient of AWS KMS, and nothing that other recipients need. A bundle of it is small.
 */
export type { Comment, Document, Format, Item, Leaf, List, Mapping, Str, Value } from './model/tree';
export { exitCodes, SopsError, type SopsErrorCode, type SopsErrorDetails } from './model/sops-error';
export { getValue, setValue, unsetValue, type Path } from './model/path';
export { formatOf } from './formats/formats';
export { layoutOf } from './formats/layout-of';
export type { Layout } from './formats/codec/format-codec';
export { createKmsKeyring, type KmsKeyringOptions } from './recipients/kms-keyring';
export type { Keyring, RememberingKeyring } from './recipients/keyring-types';
export type { KmsOptions, KmsRecipient } from './recipients/aws-kms';
export type { KmsClient, KmsCommand } from './recipients/aws-kms-client';
export type { DecryptedFile, EncryptedFile, OpenedFile } from './file/encrypted-file';
export { parse, readPlain, serialize, writePlain } from './file/parse';
export { decrypt, type DecryptOptions } from './file/decrypt';
export { edit, encrypt, reencrypt, type EncryptOptions, type ReencryptOptions } from './file/encrypt';
export { rewrap, rotate, type RewrapOptions, type RotateOptions } from './file/rotate';
export { loadEnv, readSecret, readSecrets, type LoadEnvOptions, type ReadOptions } from './simple/read-kms';
export type { PlainObject, PlainValue } from './simple/plain-object';
export { withDataKey, type DataKeyHolder } from './data-key/with-data-key';
