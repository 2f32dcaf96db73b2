import { posix } from 'node:path';

const repositoryUrl = 'https://github.com/nx-secrets/nx-secrets';

/** The pages of sops-codec, which is used without the plugin, too. All are in the plugin's package. */
const pagesOf = {
  'sops-codec': ['sops-codec-api.md', 'sops-codec-members.md', 'compatibility.md'],
};

/**
 * The files of docs/ that a package has.
 *
 * @param {string} folder of the package
 * @param {readonly string[]} paths of docs/
 */
export const packagedFiles = (folder, paths) =>
  paths.filter((path) => /\.(?:md|svg)$/.test(path) && (pagesOf[folder]?.includes(path) ?? true));

/**
 * A page as a package has it: what links to a file that is not in the package links to GitHub.
 *
 * @param {string} text
 * @param {string} page its path in docs/
 * @param {readonly string[]} files paths in docs/ that the package has
 */
export function packagedLinks(text, page, files) {
  const folders = new Set(files.map((path) => posix.dirname(path)));
  const packaged = (href) => {
    const [, path, anchor = ''] = /^([^#]*)(#.*)?$/.exec(href);
    if (path === '' || /^[a-z][a-z\d+.-]*:/i.test(href)) return href;
    const target = posix.join('docs', posix.dirname(page), path).replace(/\/$/, '');
    const inside = posix.relative('docs', target) || '.';
    if (files.includes(inside) || folders.has(inside)) return href;
    const kind = /\.[a-z]+$|(?:^|\/)LICENSE$/i.test(target) ? 'blob' : 'tree';
    return `${repositoryUrl}/${kind}/main/${target}${anchor}`;
  };
  return outsideOfCode(text, (part) =>
    part
      .replaceAll(/(\]\()([^()\s]+)(\))/g, (_, before, href, after) => before + packaged(href) + after)
      .replaceAll(
        /(\b(?:href|src|srcset)=")([^"]+)(")/g,
        (_, before, href, after) => before + packaged(href) + after,
      )
      .replaceAll(/^(\[[^\]]+\]: )(\S+)/gm, (_, before, href) => before + packaged(href)),
  );
}

/** Changes a page but for its code. */
const outsideOfCode = (text, change) =>
  text
    .split(/(^```[^]*?^```$|`[^`\n]*`)/m)
    .map((part, index) => (index % 2 === 1 ? part : change(part)))
    .join('');
