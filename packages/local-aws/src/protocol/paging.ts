/** One page of a list, and the token for the next one, if there is more. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | undefined;
}

/** Which page: what orders the items (unique for each), how many, and after which. */
export interface PageRequest<T> {
  readonly id: (item: T) => string;
  readonly limit: number;
  readonly token: string | undefined;
  readonly descending?: boolean;
}

/**
 * Sorts and cuts. The token carries the id of the page's last item, so that pages stay right while items come and go.
 * `undefined` for a token that this function did not make.
 */
export function page<T>(all: readonly T[], request: PageRequest<T>): Page<T> | undefined {
  const { id, limit, token } = request;
  const after = token === undefined ? undefined : decode(token);
  if (token !== undefined && after === undefined) return undefined;
  const direction = request.descending === true ? -1 : 1;
  const order = (a: string, b: string): number => (a < b ? -direction : a > b ? direction : 0);
  const sorted = all
    .filter((item) => after === undefined || order(id(item), after) > 0)
    .sort((a, b) => order(id(a), id(b)));
  const items = sorted.slice(0, limit);
  const last = items.at(-1);
  return { items, next: sorted.length <= limit || last === undefined ? undefined : encode(id(last)) };
}

function encode(id: string): string {
  return Buffer.from(id, 'utf8').toString('base64');
}

function decode(token: string): string | undefined {
  const id = Buffer.from(token, 'base64').toString('utf8');
  return encode(id) === token ? id : undefined;
}
