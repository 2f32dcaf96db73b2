import type * as Providers from '@aws-sdk/credential-providers';
import { sdkError } from './cloud-sdk';

type Provider = ReturnType<typeof Providers.fromNodeProviderChain>;
type Init = NonNullable<Parameters<typeof Providers.fromNodeProviderChain>[0]>;

type Used = Pick<typeof Providers, 'fromIni' | 'fromNodeProviderChain' | 'fromTemporaryCredentials'>;

/** The SDK's providers. */
export async function credentialProviders(): Promise<Used> {
  try {
    const { fromIni, fromNodeProviderChain, fromTemporaryCredentials } =
      await import('@aws-sdk/credential-providers');
    return { fromIni, fromNodeProviderChain, fromTemporaryCredentials };
  } catch (error) {
    throw sdkError(error, '@aws-sdk/credential-providers');
  }
}

/**
 * Credentials that are asked for through the handler of the client that needs them, so that what keeps the client private
 * keeps them private: the SDK gives the clients of a sign-in (SSO) a handler of their own.
 *
 * @param provider the SDK's provider; its own chain, of a profile where one is named
 */
export function credentialsOverClient(
  profile?: string,
  provider: () => Promise<(init: Init) => Provider> = async () =>
    (await credentialProviders()).fromNodeProviderChain,
): Provider {
  const made = new WeakMap<object, Promise<Provider>>();
  const named = profile === undefined ? {} : { profile };
  return async (asked) => {
    const handler = asked?.callerClientConfig?.requestHandler;
    const make = async () =>
      (await provider())({ ...named, ...(handler ? { clientConfig: { requestHandler: handler } } : {}) });
    if (!handler) return (await make())(asked);
    const credentials = made.get(handler) ?? make();
    made.set(handler, credentials);
    return (await credentials)(asked);
  };
}
