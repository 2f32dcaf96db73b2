import type { IncomingHttpHeaders } from 'node:http';

const loopbackNames = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Why a request must not be answered: a page in a browser (Origin) or a name that somebody else's DNS points to
 * loopback (Host) could otherwise read local secrets. `undefined` for requests that are fine.
 */
export function refusal(headers: IncomingHttpHeaders): string | undefined {
  if (headers.origin !== undefined) return 'Requests from web pages (with an Origin header) are refused.';
  const name = (headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
  if (loopbackNames.has(name)) return undefined;
  return 'The Host header must be localhost or a loopback address.';
}
