import type { ServiceDefinition } from '@grpc/grpc-js';
import { sdkError } from '../recipients/cloud-sdk';
import type { KeyMessage } from './key-message';

/** What a key service is asked: to encrypt a plaintext. */
export interface EncryptRequest {
  readonly key?: KeyMessage | null;
  readonly plaintext: Uint8Array;
}

/** What a key service is asked: to decrypt a ciphertext, the text of the file as UTF-8. */
export interface DecryptRequest {
  readonly key?: KeyMessage | null;
  readonly ciphertext: Uint8Array;
}

/** Bytes that a message of the protocol may have: a data key for a recipient has fewer than ten thousand. */
export const maxMessageLength = 1 << 20;

const strings = (...names: readonly string[]) => ({
  fields: Object.fromEntries(names.map((name, index) => [name, { type: 'string', id: index + 1 }])),
});
const keyTypes = {
  kmsKey: { type: 'KmsKey', id: 1 },
  pgpKey: { type: 'PgpKey', id: 2 },
  gcpKmsKey: { type: 'GcpKmsKey', id: 3 },
  azureKeyvaultKey: { type: 'AzureKeyVaultKey', id: 4 },
  vaultKey: { type: 'VaultKey', id: 5 },
  ageKey: { type: 'AgeKey', id: 6 },
  hckmsKey: { type: 'HckmsKey', id: 7 },
};
const request = (bytes: string) => ({
  fields: { key: { type: 'Key', id: 1 }, [bytes]: { type: 'bytes', id: 2 } },
});
const response = (bytes: string) => ({ fields: { [bytes]: { type: 'bytes', id: 1 } } });

/** The protocol, in the JSON form of protobuf.js. Source: sops `keyservice/keyservice.proto` */
const descriptor = {
  options: { syntax: 'proto3' },
  nested: {
    Key: { oneofs: { keyType: { oneof: Object.keys(keyTypes) } }, fields: keyTypes },
    KmsKey: {
      fields: {
        arn: { type: 'string', id: 1 },
        role: { type: 'string', id: 2 },
        context: { keyType: 'string', type: 'string', id: 3 },
        awsProfile: { type: 'string', id: 4 },
      },
    },
    PgpKey: strings('fingerprint'),
    GcpKmsKey: strings('resourceId'),
    AzureKeyVaultKey: strings('vaultUrl', 'name', 'version'),
    VaultKey: strings('vaultAddress', 'enginePath', 'keyName'),
    AgeKey: strings('recipient'),
    HckmsKey: strings('keyId'),
    EncryptRequest: request('plaintext'),
    EncryptResponse: response('ciphertext'),
    DecryptRequest: request('ciphertext'),
    DecryptResponse: response('plaintext'),
    KeyService: {
      methods: {
        Encrypt: { requestType: 'EncryptRequest', responseType: 'EncryptResponse', comment: '' },
        Decrypt: { requestType: 'DecryptRequest', responseType: 'DecryptResponse', comment: '' },
      },
    },
  },
};

/** The methods of a key service, as gRPC takes them. */
export type KeyServiceDefinition = ServiceDefinition &
  Record<'Encrypt' | 'Decrypt', ServiceDefinition[string]>;

/**
 * Loads gRPC, which only users of key services install, and the protocol.
 *
 * @throws SopsError `missingDependency`
 */
export async function loadGrpc() {
  try {
    // Each import awaited in the try: bundlers take only these for packages that may be missing.
    const grpc = await import('@grpc/grpc-js');
    const { fromJSON } = await import('@grpc/proto-loader');
    const { KeyService } = fromJSON(descriptor, { defaults: true });
    return { grpc, service: KeyService as unknown as KeyServiceDefinition };
  } catch (error) {
    throw sdkError(error, '@grpc/grpc-js @grpc/proto-loader', 'key services');
  }
}
