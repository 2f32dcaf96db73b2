/** A message of the protocol between age and its plugins: a line of words, and bytes. Source: C2SP age-plugin */
export interface PluginStanza {
  readonly words: readonly string[];
  readonly body: Uint8Array;
}

/** Characters of base64 on a line. A shorter line, which may be empty, ends the bytes. */
const width = 64;

/** A stanza as text. */
export function stanzaText(words: readonly string[], body: Uint8Array = new Uint8Array()): string {
  const base64 = Buffer.from(body).toString('base64').replace(/=+$/, '');
  const lines = base64.match(new RegExp(`.{1,${width}}`, 'g')) ?? [];
  const end = base64.length % width === 0 ? ['', ''] : [''];
  return [`-> ${words.join(' ')}`, ...lines, ...end].join('\n');
}

/** More than any stanza needs: a plugin that goes on without an end must not fill the memory. */
const longestLine = 65_536;
const longestBody = 1_048_576;

/**
 * The lines of what a plugin writes.
 *
 * @throws Error where a line is longer than any of a stanza
 */
export async function* linesOf(chunks: AsyncIterable<Uint8Array | string>): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + Buffer.from(chunk).toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield line.replace(/\r$/, '');
    if (rest.length > longestLine) throw new Error('a line without an end');
  }
  if (rest !== '') yield rest;
}

/**
 * Reads stanzas from the lines of a plugin.
 *
 * @throws Error where a line is of no stanza, or the bytes of one do not end
 */
export async function* readStanzas(lines: AsyncIterable<string>): AsyncGenerator<PluginStanza> {
  let words: readonly string[] | undefined;
  let base64 = '';
  for await (const line of lines) {
    if (words === undefined) {
      if (!/^-> [!-~]+(?: [!-~]+)*$/.test(line)) throw new Error('not a stanza');
      words = line.slice('-> '.length).split(' ');
      continue;
    }
    if (line.length > width || !/^[A-Za-z0-9+/]*$/.test(line)) throw new Error('not the bytes of a stanza');
    base64 += line;
    if (base64.length > longestBody) throw new Error('bytes without an end');
    if (line.length === width) continue;
    yield { words, body: Buffer.from(base64, 'base64') };
    [words, base64] = [undefined, ''];
  }
}
