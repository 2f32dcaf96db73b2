import { randomBytes } from 'node:crypto';
import { derive, open, seal } from './primitives';

const nonceLength = 16;
const chunkLength = 64 * 1024;
const sealedLength = chunkLength + 16;

/** A nonce: the number of the chunk in 11 bytes, and whether it is the last one. */
function nonceOf(chunk: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUIntBE(chunk, 5, 6);
  nonce.writeUInt8(isLast ? 1 : 0, 11);
  return nonce;
}

const keyOf = (fileKey: Uint8Array, nonce: Uint8Array): Buffer => derive(fileKey, nonce, 'payload');

/** Decrypts a payload; undefined where a chunk is not authentic, or chunks are missing. Source: C2SP age, "Payload" */
export function openPayload(fileKey: Uint8Array, payload: Uint8Array): Buffer | undefined {
  const key = keyOf(fileKey, payload.subarray(0, nonceLength));
  const sealed = payload.subarray(nonceLength);
  const chunks: Buffer[] = [];
  try {
    const count = Math.max(1, Math.ceil(sealed.length / sealedLength));
    for (let index = 0; index < count; index += 1) {
      const part = sealed.subarray(index * sealedLength, (index + 1) * sealedLength);
      const chunk = open(key, nonceOf(index, index === count - 1), part);
      // Only a file without any content ends with an empty chunk.
      if (chunk === undefined || (chunk.length === 0 && index > 0)) return undefined;
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } finally {
    for (const secret of [key, ...chunks]) secret.fill(0);
  }
}

/** Encrypts a payload. */
export function sealPayload(fileKey: Uint8Array, plaintext: Uint8Array): Buffer {
  const nonce = randomBytes(nonceLength);
  const key = keyOf(fileKey, nonce);
  try {
    const count = Math.max(1, Math.ceil(plaintext.length / chunkLength));
    const chunks = Array.from({ length: count }, (_, index) =>
      seal(
        key,
        nonceOf(index, index === count - 1),
        plaintext.subarray(index * chunkLength, (index + 1) * chunkLength),
      ),
    );
    return Buffer.concat([nonce, ...chunks]);
  } finally {
    key.fill(0);
  }
}
