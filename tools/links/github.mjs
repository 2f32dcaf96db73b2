/**
 * The anchor that GitHub gives a heading. The documentation site gives the same one, so that a link works in both.
 *
 * Source: what GitHub does, as github-slugger has it: lower case, everything but letters, digits, `_`, `-` and spaces left
 * out, spaces as hyphens.
 *
 * @param {string} heading its text, without Markdown
 */
export const anchorOf = (heading) =>
  heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
    .replaceAll(' ', '-');

/** The anchors of a page's headings in their order: a repeated one gets a number, as on GitHub. */
export function anchorsOf(headings) {
  const seen = new Map();
  return headings.map((heading) => {
    const anchor = anchorOf(heading);
    const count = seen.get(anchor) ?? 0;
    seen.set(anchor, count + 1);
    return count === 0 ? anchor : `${anchor}-${count}`;
  });
}
