/** Whether a text has the `=` that fill its last group. */
export type Padding = 'padded' | 'unpadded';

const withoutPadding = (text: string): string => text.replace(/=+$/, '');

/** Base64 as age writes it in headers. */
export const unpadded = (bytes: Uint8Array): string => withoutPadding(Buffer.from(bytes).toString('base64'));

/** Decodes standard base64; undefined for every text but the one that its bytes are encoded to. Source: RFC 4648, 3.5 */
export function decodeBase64(text: string, padding: Padding): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  const canonical = bytes.toString('base64');
  return text === (padding === 'padded' ? canonical : withoutPadding(canonical)) ? bytes : undefined;
}
