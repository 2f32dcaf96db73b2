import { guarded } from '../model/guarded';
import { SopsError } from '../model/sops-error';

/**
 * Which endpoints are sent data keys, values and credentials: any, as sops does it, or only those that nobody on the way
 * can listen to.
 */
export type Transport = 'any' | 'private';

/** Where a request goes, as URLs and requests of the AWS SDK have it. */
export interface Destination {
  /** With its colon: `https:`. */
  readonly protocol: string;
  /** IPv6 addresses with or without brackets. */
  readonly hostname: string;
  readonly port?: string | number | undefined;
}

/** Whether nobody between here and there can read along: TLS, or this machine itself. */
export const isPrivate = ({ protocol, hostname }: Destination): boolean =>
  protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));

/** Without `node:net`, which takes longer to load than a small file to decrypt. */
const loopbackV4 = /^127(?:\.(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3}$/;

/**
 * Whether a host is this machine: `localhost`, 127.0.0.0/8, ::1. Names below or above `localhost` are other hosts, and so
 * are names that only begin like an address; 0.0.0.0 is none. Source: RFC 6890, special-purpose addresses
 */
export function isLoopback(hostname: string): boolean {
  const host = hostname.toLowerCase().replace(/^\[(.*)\]$/, '$1');
  return host === 'localhost' || host === '::1' || loopbackV4.test(host);
}

/** @throws SopsError where a request would go over a network without TLS */
export function requirePrivate(destination: Destination): void {
  if (isPrivate(destination)) return;
  const { protocol, hostname, port } = destination;
  throw new SopsError('recipientFailed', {
    what: 'the endpoint is not encrypted: whoever is on the way would read values, data keys and credentials; nothing was sent',
    where: `${protocol}//${hostname}${port === undefined || port === '' ? '' : `:${port}`}`,
    fix: 'Use https, or http on this machine only (127.0.0.1, [::1], localhost). What names the endpoint: AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_<SERVICE> or endpoint_url in the AWS config file; vault_address in a secret file; SOPS_GCP_KMS_ENDPOINT. Nx reads variables from .env files, too.',
  });
}

/** The HTTP handler of a client of the AWS SDK, as far as it matters here. */
interface RequestHandler {
  handle(request: Destination, ...rest: readonly unknown[]): unknown;
}

/**
 * Lets a client of the AWS SDK send over TLS and to this machine only. It is checked where a request is handed over to be
 * sent, whatever named the endpoint; clients that are made for credentials (STS, sign-in) share the handler.
 *
 * @param requestHandler the client's own, `client.config.requestHandler`: it is changed
 */
export const keepPrivate = guarded('keepPrivate', function keepPrivate(requestHandler: object): void {
  const handler = requestHandler as RequestHandler;
  const send = handler.handle.bind(handler);
  handler.handle = (request, ...rest) => {
    requirePrivate(request);
    return send(request, ...rest);
  };
});
