export type { Comment, Document, Format, Item, Leaf, List, Mapping, Str, Value } from './model/tree';
export { exitCodes, SopsError, type SopsErrorCode } from './model/sops-error';
export { getValue, setValue, unsetValue, type Path } from './model/path';
export { isCiphertext } from './cipher/value';
export type { Layout } from './formats/codec/format-codec';
export { formatOf } from './formats/formats';
export type { Metadata } from './metadata/metadata';
export { identityText, type KeyGroup, type Recipient, type WrappedKey } from './recipients/recipient';
export { createKeyring, type Keyring, type KeyringOptions } from './recipients/keyring';
export type { SelectionRule } from './rules/selection';
export type { DecryptedFile, EncryptedFile } from './file/encrypted-file';
export {
  decrypt,
  edit,
  encrypt,
  parse,
  readPlain,
  reencrypt,
  rotate,
  serialize,
  writePlain,
  type EncryptOptions,
} from './file/file';
export { valuesInClear } from './file/unencrypted-values';
export { verify, type Finding } from './file/verify';
export { readConfig, ruleFor, type CreationRule, type SopsConfig } from './rules/creation-rules';
