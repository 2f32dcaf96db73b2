import { posix } from 'node:path';

/**
 * The links of pages that lead nowhere, one line for each. What is outside is checked by its form only: tests have no
 * internet.
 *
 * @param {ReadonlyMap<string, {links: readonly string[], anchors: ReadonlySet<string>}>} pages by path
 * @param {(path: string) => boolean} exists whether there is a file or a folder of that path
 */
export const brokenLinks = (pages, exists) =>
  [...pages].flatMap(([path, { links }]) =>
    links.flatMap((href) => {
      const mistake = /^[a-z][a-z\d+.-]*:/i.test(href) ? badUrl(href) : badPath(href, path, pages, exists);
      return mistake ? [`${path}: ${href} ${mistake}`] : [];
    }),
  );

/** Names that only an example has: a link to one of them leads nowhere. Source: RFC 2606. */
const reserved = /(?:^|\.)(?:test|example|invalid|localhost|example\.(?:com|net|org))$/;

function badUrl(href) {
  if (/^mailto:[^\s@]+@[^\s@]+$/.test(href)) return undefined;
  if (!URL.canParse(href)) return 'is not a URL';
  const { protocol, hostname } = new URL(href);
  if (protocol !== 'https:') return 'is not https';
  if (reserved.test(hostname) || !hostname.includes('.')) return 'names no host of the internet';
  return /[\s<>"{}|\\^`…]|[.,;]$/.test(href) ? 'has a character that URLs do not have' : undefined;
}

function badPath(href, from, pages, exists) {
  if (href.startsWith('/')) return 'is not relative';
  const [place, anchor] = href.split('#');
  const path = place === '' ? from : posix.normalize(posix.join(posix.dirname(from), decodeURI(place)));
  const file = path.replace(/\/$/, '');
  if (file.startsWith('..')) return 'leads out of the folder';
  if (!exists(file)) return 'does not exist';
  if (anchor === undefined) return undefined;
  const page = pages.get(file);
  if (!page) return 'has an anchor, but leads to no page';
  return page.anchors.has(anchor) ? undefined : 'names no heading of the page';
}
