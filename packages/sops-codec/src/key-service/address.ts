import { resolve } from 'node:path';
import { SopsError } from '../model/sops-error';
import { isLoopback, type Transport } from '../recipients/transport';

/**
 * The address of a key service, as gRPC takes it: `tcp://<host>:<port>`, `unix:///<path>` or `unix:<relative path>`.
 * Source: sops `cmd/sops/main.go` (keyservices)
 *
 * @param transport `private` accepts only this machine: gRPC is not encrypted here, nor in sops
 * @throws SopsError `recipientUnreachable`
 */
export function targetOf(uri: string, transport: Transport): string {
  const { protocol, hostname, host, pathname } = URL.canParse(uri) ? new URL(uri) : unknown;
  if (protocol === 'unix:' && hostname === '' && pathname.length > 0)
    return `unix:${resolve(decoded(pathname))}`;
  if (protocol !== 'tcp:' || hostname === '')
    throw addressError(
      `not the address of a key service: ${uri.slice(0, 120)}`,
      'Write it as tcp://<host>:<port> or unix:///<path>.',
    );
  if (transport === 'private' && !isLoopback(hostname))
    throw addressError(
      `the connection to the key service ${uri.slice(0, 120)} is not encrypted: nothing was sent`,
      'Use a key service on this machine: unix:///<path> or tcp://127.0.0.1:<port>.',
    );
  return `dns:${host}`;
}

const unknown = { protocol: '', hostname: '', host: '', pathname: '' };

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

const addressError = (what: string, fix: string) =>
  new SopsError('recipientUnreachable', { what, where: '--keyservice, SOPS_KEYSERVICE', fix });
