import { decodeBase64 } from './base64';

const begin = '-----BEGIN AGE ENCRYPTED FILE-----';
const end = '-----END AGE ENCRYPTED FILE-----';
const lineLength = 64;

/** The armored form of a file. Source: C2SP age, "ASCII armor" */
export function armor(file: Uint8Array): string {
  const text = Buffer.from(file).toString('base64');
  const lines = text.match(/.{1,64}/g) ?? [];
  return [begin, ...lines, end, ''].join('\n');
}

/** The file in its armored form; undefined where it is anything else. White space around it is allowed, none within. */
export function withoutArmor(text: string): Buffer | undefined {
  const [first, ...rest] = text.trim().replaceAll('\r\n', '\n').split('\n');
  const last = rest.pop();
  const isWhole = rest.every((line, index) =>
    index < rest.length - 1 ? line.length === lineLength : line.length > 0 && line.length <= lineLength,
  );
  return first === begin && last === end && rest.length > 0 && isWhole
    ? decodeBase64(rest.join(''), 'padded')
    : undefined;
}
