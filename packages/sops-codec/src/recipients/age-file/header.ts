import { decodeBase64, unpadded } from './base64';

/** A stanza of a header: for an identity, the file key. */
export interface Stanza {
  /** What kind of recipient it is for, and what that needs to unwrap the key. */
  readonly args: readonly string[];
  readonly body: Uint8Array;
}

/** The header of a file. */
export interface Header {
  readonly stanzas: readonly Stanza[];
  /** What the MAC is of. */
  readonly authenticated: Buffer;
  readonly mac: Buffer;
  /** The length in bytes. */
  readonly length: number;
}

const version = 'age-encryption.org/v1';
const mark = '---';
/** Characters of a line of base64 with 48 bytes, which a body is cut into. */
const fullLine = 64;

/**
 * Reads the header of a file, strictly; undefined where it is not one. Lines are cut by line feeds only, and stay Latin-1.
 * Source: C2SP age, "Header"
 */
export function readHeader(file: Buffer): Header | undefined {
  const lines = linesOf(file);
  if (lines.next().value !== version) return undefined;
  let length = version.length + 1;
  const stanzas: Stanza[] = [];
  for (const line of lines) {
    if (line.startsWith(mark)) return withMac(file, stanzas, length, line);
    const body = readBody(lines);
    const args = readArguments(line);
    if (body === undefined || args === undefined) return undefined;
    length += line.length + 1 + body.length;
    stanzas.push({ args, body: body.bytes });
  }
  return undefined;
}

function withMac(file: Buffer, stanzas: readonly Stanza[], start: number, line: string): Header | undefined {
  const mac = line.startsWith(`${mark} `) ? decodeBase64(line.slice(mark.length + 1), 'unpadded') : undefined;
  if (mac?.length !== 32 || stanzas.length === 0) return undefined;
  const authenticated = file.subarray(0, start + mark.length);
  return { stanzas, authenticated, mac, length: start + line.length + 1 };
}

/** Lines that end with a line feed; a last one without is none. */
function* linesOf(file: Buffer): Generator<string, undefined, undefined> {
  for (let start = 0; ;) {
    const end = file.indexOf('\n', start);
    if (end < 0) return undefined;
    yield file.toString('latin1', start, end);
    start = end + 1;
  }
}

/** The arguments of a line `-> type argument …`, of visible ASCII characters. */
function readArguments(line: string): readonly string[] | undefined {
  const [arrow, ...args] = line.split(' ');
  return arrow === '->' && args.length > 0 && args.every((arg) => /^[!-~]+$/.test(arg)) ? args : undefined;
}

/** The lines of a body: all of 48 bytes but the last one, which has fewer and may be empty. */
function readBody(lines: Iterator<string>): { readonly bytes: Buffer; readonly length: number } | undefined {
  const parts: Buffer[] = [];
  for (let length = 0; ;) {
    const line = lines.next();
    const part = line.done === true ? undefined : decodeBase64(line.value, 'unpadded');
    if (line.done === true || part === undefined || line.value.length > fullLine) return undefined;
    length += line.value.length + 1;
    parts.push(part);
    if (line.value.length < fullLine) return { bytes: Buffer.concat(parts), length };
  }
}

/** A header up to where its MAC comes. */
export const writeHeader = (stanzas: readonly Stanza[]): Buffer =>
  Buffer.from([version, ...stanzas.map(stanzaText), mark].join('\n'));

function stanzaText({ args, body }: Stanza): string {
  const text = unpadded(body);
  const lines = text.match(/.{1,64}/g) ?? [];
  return [['->', ...args].join(' '), ...lines, ...(text.length % fullLine === 0 ? [''] : [])].join('\n');
}

/** A header with its MAC. */
export const writeMac = (authenticated: Uint8Array, mac: Uint8Array): Buffer =>
  Buffer.concat([authenticated, Buffer.from(` ${unpadded(mac)}\n`)]);
