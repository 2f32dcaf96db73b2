import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/**
 * The licences of everything that is bundled, one after the other.
 *
 * @param {string} root the folder that the paths are relative to
 * @param {Iterable<string>} inputs paths of the files that the bundler has read
 * @returns {string}
 * @throws Error where a package has no licence: it must not be shipped then
 */
export function licenceTexts(root, inputs) {
  const folders = new Set([...inputs].map((input) => packageFolder(resolve(root, input))).filter(Boolean));
  const byText = new Map();
  for (const folder of folders) {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const text = licenceOf(folder, name, license);
    byText.set(text, [...(byText.get(text) ?? []), `${name} ${version} (${license})`]);
  }
  const parts = [...byText].map(([text, names]) => [[...new Set(names)].sort(), text]);
  parts.sort(([[a]], [[b]]) => (a < b ? -1 : 1));
  const line = '-'.repeat(80);
  return [
    'The command line of sops-codec contains the following packages, under these licences.',
    ...parts.map(([names, text]) => `${line}\n${names.join('\n')}\n${line}\n\n${text}`),
    '',
  ].join('\n\n');
}

/** The folder of the installed package that a file belongs to; undefined for sources of our own. */
function packageFolder(input) {
  const file = input.replace(/^.*?:(?=[/\\])/, '');
  if (!file.includes('/node_modules/') && !file.includes('\\node_modules\\')) return undefined;
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).version !== undefined)
      return folder;
    if (dirname(folder) === folder) throw new Error(`${file}: of no package`);
  }
}

function licenceOf(folder, name, license) {
  const file = readdirSync(folder).find((entry) => /^(licen[cs]e|copying)(\.(md|txt))?$/i.test(entry));
  if (file !== undefined) return readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim();
  if (typeof license !== 'string') throw new Error(`${name} has no licence: it cannot be bundled`);
  return `Licensed under ${license}; the package has no text of it.`;
}
