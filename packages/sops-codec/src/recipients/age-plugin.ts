import { tmpdir } from 'node:os';
import type { Identity, Recipient, Stanza } from 'age-encryption';
import { SopsError, type SopsErrorCode } from '../model/sops-error';
import { programTimeout } from './time-limit';
import type { AgePluginOptions } from './age-options';
import { linesOf, readStanzas, stanzaText, type PluginStanza } from './age-plugin-stanza';

/** The name of the plugin in a recipient (`age1name1…`), where it is one of a plugin. */
export const pluginOfRecipient = (text: string): string | undefined =>
  /^age1(?!pq1|tag1|tagpq1)([a-z0-9+._-]+)1[02-9ac-hj-np-z]{6,}$/.exec(text)?.[1];

/** The name of the plugin in an identity (`AGE-PLUGIN-NAME-1…`), where it is one of a plugin. */
export const pluginOfIdentity = (text: string): string | undefined =>
  /^AGE-PLUGIN-([A-Z0-9+._-]+)-1[02-9AC-HJ-NP-Z]{6,}$/.exec(text)?.[1]?.toLowerCase();

/** @throws SopsError `missingDependency` where the plugin is not among those that may run */
export function assertAllowed(name: string, { plugins = [] }: AgePluginOptions): void {
  if (plugins.includes(name)) return;
  throw new SopsError('missingDependency', {
    what: `the age plugin ${name.slice(0, 80)} is not allowed to run`,
    fix: `Set SOPS_CODEC_AGE_PLUGINS=${name.slice(0, 80)} for the command line, or the option age.plugins of the library.`,
  });
}

/** A recipient whose plugin wraps the key. @throws SopsError where the plugin may not run or fails */
export function pluginRecipient(text: string, name: string, options: AgePluginOptions): Recipient {
  assertAllowed(name, options);
  return {
    wrapFileKey: async (fileKey) => {
      const { Stanza } = await import('age-encryption');
      const opening = [
        stanzaText(['add-recipient', text]),
        stanzaText(['wrap-file-key'], fileKey),
        stanzaText(['done']),
      ];
      const found: Stanza[] = [];
      await talk(name, 'recipient-v1', opening, options, ({ words: [type, index, ...args], body }) => {
        if (type !== 'recipient-stanza') return false;
        if (index !== '0' || args.length === 0) throw failed(name, 'an answer that is not valid');
        found.push(new Stanza(args, body));
        return true;
      });
      if (found.length === 0) throw failed(name, 'no answer');
      return found;
    },
  };
}

/** An identity whose plugin unwraps the key. @throws SopsError where the plugin may not run or fails */
export function pluginIdentity(text: string, name: string, options: AgePluginOptions): Identity {
  assertAllowed(name, options);
  return {
    unwrapFileKey: async (stanzas) => {
      const opening = [
        stanzaText(['add-identity', text]),
        ...stanzas.map(({ args, body }) => stanzaText(['recipient-stanza', '0', ...args], body)),
        stanzaText(['done']),
      ];
      let fileKey: Uint8Array | null = null;
      await talk(name, 'identity-v1', opening, options, ({ words, body }) => {
        if (words[0] !== 'file-key') return false;
        if (words[1] !== '0' || words.length !== 2 || fileKey)
          throw failed(name, 'an answer that is not valid');
        fileKey = body;
        return true;
      });
      return fileKey;
    },
  };
}

/**
 * Runs a plugin, sends the opening, and answers its stanzas until it is done.
 *
 * @param take uses a stanza; `false` where it does not know it
 */
async function talk(
  name: string,
  protocol: string,
  opening: readonly string[],
  options: AgePluginOptions,
  take: (stanza: PluginStanza) => boolean,
): Promise<void> {
  const { execa } = await import('execa');
  const abort = new AbortController();
  // As in age: a plugin cannot depend on the folder that it is started in.
  const plugin = execa(`age-plugin-${name}`, [`--age-plugin=${protocol}`], {
    cwd: tmpdir(),
    stderr: 'ignore',
    buffer: false,
    reject: false,
    timeout: options.timeout ?? programTimeout,
    cancelSignal: abort.signal,
  });
  // A plugin that has ended reads nothing any more: the lines of its output tell why.
  plugin.stdin.on('error', () => undefined);
  plugin.stdin.write(opening.join(''));
  const failure = await converse();
  plugin.stdin.end();
  abort.abort();
  const { code } = await plugin;
  if (code === 'ENOENT') throw notFound(name);
  if (failure) throw failure;

  async function converse(): Promise<SopsError | undefined> {
    try {
      for await (const stanza of readStanzas(linesOf(plugin.stdout))) {
        if (stanza.words[0] === 'done') return undefined;
        if (stanza.words[0] === 'error') return failed(name, textOf(stanza).slice(0, 200));
        plugin.stdin.write(take(stanza) ? stanzaText(['ok']) : await reply(stanza, options));
      }
      return failed(name, 'it ended without an answer');
    } catch (error) {
      return error instanceof SopsError ? error : failed(name, 'an answer that is not valid');
    }
  }
}

const textOf = ({ body }: PluginStanza): string => Buffer.from(body).toString();

/** The answer to what a plugin asks of the user. */
async function reply(stanza: PluginStanza, { ask, tell }: AgePluginOptions): Promise<string> {
  const text = textOf(stanza);
  switch (stanza.words[0]) {
    case 'msg':
      tell?.(text);
      return stanzaText([tell ? 'ok' : 'fail']);
    case 'request-secret':
    case 'request-public': {
      const answer = await ask?.(text);
      return answer === undefined ? stanzaText(['fail']) : stanzaText(['ok'], Buffer.from(answer));
    }
    case 'confirm':
      return stanzaText(['fail']);
    default:
      return stanzaText(['unsupported']);
  }
}

const pluginError = (code: SopsErrorCode, what: string, fix: string) => new SopsError(code, { what, fix });
const failed = (name: string, reason: string) =>
  pluginError('recipientFailed', `age-plugin-${name} failed: ${reason}`, 'Check that its device is there.');
const notFound = (name: string) =>
  pluginError(
    'missingDependency',
    `age-plugin-${name} not found`,
    `Install age-plugin-${name} on your PATH.`,
  );
