export type { Comment, Document, Format, Item, Leaf, List, Mapping, Str, Value } from './model/tree';
export { exitCodes, SopsError, type SopsErrorCode, type SopsErrorDetails } from './model/sops-error';
export { getValue, setValue, unsetValue, type Path } from './model/path';
export { isCiphertext } from './cipher/value';
export type { IvCache, IvLookup } from './cipher/iv-cache';
export type { Layout } from './formats/codec/format-codec';
export { formatOf } from './formats/formats';
export { layoutOf } from './formats/layout-of';
export type { Metadata } from './metadata/metadata';
export { identityText, type KeyGroup, type Recipient, type WrappedKey } from './recipients/recipient';
export {
  createKeyring,
  type Keyring,
  type KeyringOptions,
  type RememberingKeyring,
} from './recipients/keyring';
export { createKmsKeyring, type KmsKeyringOptions } from './recipients/kms-keyring';
export { withKeyServices, type KeyServicesOptions } from './key-service/with-key-services';
export type { KeyServiceOptions } from './key-service/client';
export type { AgeOptions, AgePluginOptions } from './recipients/age-options';
export type { KmsOptions, KmsRecipient } from './recipients/aws-kms';
export type { KmsClient, KmsCommand } from './recipients/aws-kms-client';
export type { AzureOptions, TokenCredential } from './recipients/azure-key-vault';
export { credentialsOverClient } from './recipients/aws-credentials';
export { keepPrivate, type Transport } from './recipients/transport';
export type { SelectionRule } from './rules/selection';
export type { DecryptedFile, EncryptedFile, OpenedFile } from './file/encrypted-file';
export { parse, readPlain, serialize, writePlain } from './file/parse';
export { decrypt, type DecryptOptions } from './file/decrypt';
export { edit, encrypt, reencrypt, type EncryptOptions, type ReencryptOptions } from './file/encrypt';
export { rewrap, rotate, type RewrapOptions, type RotateOptions } from './file/rotate';
export { loadEnv, readSecret, readSecrets, type LoadEnvOptions, type ReadOptions } from './simple/read';
export { readSecretsSync, type ReadSyncOptions } from './simple/read-sync';
export { addRecipient, removeRecipient, setSecret, updateKeys, type ChangeOptions } from './simple/change';
export type { PlainObject, PlainValue } from './simple/plain-object';
export { withDataKey, type DataKeyHolder } from './data-key/with-data-key';
export { unencryptedValues } from './file/unencrypted-values';
export { findingCodes, verify, type Finding, type FindingCode } from './file/verify';
export { readConfig, ruleFor, type CreationRule, type SopsConfig } from './rules/creation-rules';
