import { marked } from 'marked';
import { anchorsOf } from './github.mjs';

/**
 * What a page links to, and what can be linked to in it, as GitHub reads its Markdown.
 *
 * @param {string} text
 * @returns {{links: readonly string[], anchors: ReadonlySet<string>, titles: readonly string[]}} links and pictures as they
 *   are written; the anchors of its headings and of elements with an id; its headings of the first level
 */
export function readPage(text) {
  const links = [];
  const headings = [];
  const ids = [];
  marked.walkTokens(marked.lexer(text), (token) => {
    if (token.type === 'link' || token.type === 'image') links.push(token.href);
    if (token.type === 'heading') headings.push({ depth: token.depth, text: plainText(token.tokens) });
    if (token.type === 'html') {
      links.push(...attributes(token.text, /\b(?:href|src|srcset)="([^"]*)"/g));
      ids.push(...attributes(token.text, /\b(?:id|name)="([^"]*)"/g));
    }
  });
  return {
    links: [...new Set(links)],
    anchors: new Set([...anchorsOf(headings.map((heading) => heading.text)), ...ids]),
    titles: headings.filter(({ depth }) => depth === 1).map((heading) => heading.text),
  };
}

const attributes = (html, pattern) => [...html.matchAll(pattern)].map(([, value]) => value);

/** The text of a heading, without its markup. */
const plainText = (tokens) =>
  tokens.map((token) => (token.tokens ? plainText(token.tokens) : decode(token.text ?? token.raw))).join('');

const entities = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
const decode = (text) => text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name) => entities[name]);
