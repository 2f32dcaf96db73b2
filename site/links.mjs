import { posix } from 'node:path';

const repositoryUrl = 'https://github.com/nx-secrets/nx-secrets';

/**
 * Where a relative link of a page leads on the site. Pages keep their links as GitHub reads them: to files next to them, to
 * folders, and to what is outside of docs/, which the site has on GitHub.
 *
 * @param {string} href as the page has it
 * @param {string} page path of the page in docs/, with `.md`
 */
export function siteLink(href, page) {
  if (/^(?:[a-z]+:|#|\/)/i.test(href)) return href;
  const [path, anchor] = href.split(/(?=#)/);
  const target = posix.normalize(posix.join('docs', posix.dirname(page), path)).replace(/\/$/, '');
  const isFile = /\.[a-z]+$|(?:^|\/)LICENSE$/.test(target);
  if (target !== 'docs' && !target.startsWith('docs/'))
    return `${repositoryUrl}/${isFile ? 'blob' : 'tree'}/main/${target}${anchor ?? ''}`;
  const inside = isFile ? target : `${target}/README.md`;
  const place = posix.relative(posix.join('docs', posix.dirname(page)), inside);
  return `./${place.replace(/(^|\/)README\.md$/, '$1index.md')}${anchor ?? ''}`;
}

/** Rewrites the links of each page: a plugin of markdown-it. */
export function siteLinks(md) {
  md.core.ruler.push('site-links', ({ tokens, env }) => {
    for (const token of tokens.flatMap(({ children }) => children ?? [])) {
      const href = token.type === 'link_open' ? token.attrGet('href') : null;
      if (href !== null) token.attrSet('href', siteLink(href, env.relativePath));
    }
  });
}
