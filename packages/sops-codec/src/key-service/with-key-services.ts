import { assertOptions, guarded } from '../model/guarded';
import { commonCode } from '../data-key/data-key';
import { SopsError } from '../model/sops-error';
import type { FitsFile, Keyring } from '../recipients/keyring';
import { keyServiceClient, type KeyService, type KeyServiceOptions } from './client';

/** How key services are used. */
export interface KeyServicesOptions extends KeyServiceOptions {
  /** Whether only the key services are asked, and not the keyring itself. */
  readonly exceptLocal?: boolean | undefined;
}

/**
 * A keyring that asks key services of sops for what the keyring itself cannot do. For each recipient the keyring is tried
 * first, then each service in its order, as in sops; one that fails, or returns a key that does not fit the file, does
 * not end the others. Source: sops `sops.go` (decryptKey, UpdateMasterKeysWithKeyServices)
 *
 * @param uris `tcp://<host>:<port>` or `unix:///<path>`. The connection is not encrypted: use it on this machine, or
 * through a tunnel
 */
export const withKeyServices = guarded(
  'withKeyServices',
  function withKeyServices(
    keyring: Keyring,
    uris: readonly string[],
    { exceptLocal = false, ...options }: KeyServicesOptions = {},
  ): Keyring {
    assertOptions(options, ['transport', 'connectTimeout', 'callTimeout'], 'withKeyServices');
    const services = uris.map((uri) => keyServiceClient(uri, options));
    const sources: readonly (Pick<Keyring, 'wrap' | 'unwrap'> & { readonly uri?: string })[] = exceptLocal
      ? services
      : [keyring, ...services];
    return {
      ...keyring,
      wrap: (recipient, key) => first(sources, (source) => source.wrap(recipient, key)),
      unwrap: (key, fits) =>
        first(sources, async (source) => checked(await source.unwrap(key, fits), source.uri, fits)),
    };
  },
);

/** Refuses a key of a service that does not fit. What the keyring itself unwraps is reported by the file, as without services. */
function checked(
  key: Uint8Array,
  uri: KeyService['uri'] | undefined,
  fits: FitsFile | undefined,
): Uint8Array {
  if (uri === undefined || fits === undefined || fits(key)) return key;
  key.fill(0);
  throw new SopsError('badWrappedKey', {
    what: `the key service ${uri.slice(0, 120)} returned a data key that does not decrypt this file`,
    fix: 'Check who answers there; if it is the right one, restore the file from Git.',
  });
}

/** The result of the first source that has one. @throws SopsError with the reasons of all */
async function first<Source, Result>(
  sources: readonly Source[],
  step: (source: Source) => Promise<Result>,
): Promise<Result> {
  const failures: SopsError[] = [];
  for (const source of sources) {
    try {
      return await step(source);
    } catch (error) {
      failures.push(
        error instanceof SopsError ? error : new SopsError('recipientFailed', { what: 'failed' }),
      );
    }
  }
  const [only] = failures;
  if (only !== undefined && failures.length === 1) throw only;
  throw new SopsError(commonCode(failures), {
    what: failures.map(({ what, where }) => (where ? `${where}: ${what}` : what)).join('; '),
    fix: [...new Set(failures.map(({ fix }) => fix))].filter(Boolean).join(' '),
    failures,
  });
}
