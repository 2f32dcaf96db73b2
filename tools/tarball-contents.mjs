import { posix } from 'node:path';
import { brokenLinks } from './links/broken-links.mjs';
import { readPage } from './links/page.mjs';

/** What a tarball of a published package may hold; everything else is a mistake in the package's `files`. */
const allowed = [
  /^dist\/.+\.js$/,
  /^dist\/esm\/.+\.mjs$/,
  /^dist\/.+\.d\.ts$/,
  /^bin\/[\w-]+\.js$/,
  /^dist\/program\/([\w-]+\.js(\.map)?|LICENSES\.txt)$/,
  /^src\/.+\/schema\.json$/,
  /^(executors|generators|migrations|package)\.json$/,
  /^(README\.md|AGENTS\.md|LICENSE)$/,
  /^skills\/[\w-]+\/SKILL\.md$/,
  /^docs\/([\w-]+\/)?[\w-]+\.(md|svg)$/,
  /^nx-json\.schema\.json$/,
];

/** Names that are wrong although a pattern above lets them through. */
const testCode = /\.(spec|test-kit)\.(js|d\.ts)$/;

/**
 * What is wrong with the files of a tarball, one line for each mistake.
 *
 * @param {readonly string[]} files paths in the tarball
 * @param {{main?: string, types?: string, bin?: Record<string, string>, generators?: string, executors?: string,
 *   'nx-migrations'?: {migrations: string}}} manifest
 *   the package's `package.json`
 * @param {(path: string) => boolean} isSource whether a path of the package is one of its sources
 */
export function mistakesIn(files, manifest, isSource) {
  const strange = files.filter((path) => testCode.test(path) || !allowed.some((one) => one.test(path)));
  // The bundler itself removes what it no longer makes.
  const isCompiled = (path) => path.startsWith('dist/') && !path.startsWith('dist/program/');
  const stale = files.filter((path) => isCompiled(path) && !isSource(sourceOf(path)));
  const missing = entryPoints(manifest).filter((path) => !files.includes(path));
  return [
    ...strange.map((path) => `${path}: does not belong into the tarball`),
    ...stale.map((path) => `${path}: its source is gone; delete dist and build again`),
    ...missing.map((path) => `${path}: missing`),
  ];
}

/**
 * Modules of a tarball that require a file of the package which is not in it, one line for each.
 *
 * @param {readonly string[]} files paths in the tarball
 * @param {(path: string) => string} read the text of a file
 */
export const brokenRequires = (files, read) =>
  files
    .filter((path) => /^(?:bin|dist)\/.+\.js$/.test(path) && !path.startsWith('dist/program/'))
    .flatMap((path) =>
      [...read(path).matchAll(/\brequire\(["'](\.{1,2}\/[^"']+)["']\)/g)].flatMap(([, module]) => {
        const at = posix.join(posix.dirname(path), module);
        const found = [at, `${at}.js`, `${at}/index.js`].some((one) => files.includes(one));
        return found ? [] : [`${path}: requires ${module}, which is not in the tarball`];
      }),
    );

/**
 * Links of a tarball's pages that lead nowhere in it, one line for each.
 *
 * @param {readonly string[]} files paths in the tarball
 * @param {(path: string) => string} read the text of a file
 */
export function brokenPages(files, read) {
  const pages = files.filter((path) => path.endsWith('.md'));
  const folders = files.flatMap((path) => foldersOf(path));
  return brokenLinks(new Map(pages.map((path) => [path, readPage(read(path))])), (path) =>
    [...files, ...folders].includes(path),
  );
}

const foldersOf = (path) =>
  path.includes('/') ? [posix.dirname(path), ...foldersOf(posix.dirname(path))] : [];

const sourceOf = (path) => path.replace(/^dist\/(?:esm\/)?/, 'src/').replace(/(\.d\.ts|\.m?js)$/, '.ts');

/** Files that the manifest points at, and those that every package has. */
function entryPoints({
  main,
  types,
  exports = {},
  bin = {},
  generators,
  executors,
  'nx-migrations': updates,
}) {
  const exported = Object.values(exports).flatMap((one) =>
    typeof one === 'string' ? one : Object.values(one),
  );
  const named = [
    ...[main, types, ...Object.values(bin), generators, executors, updates?.migrations].filter(Boolean),
    ...exported.filter((path) => typeof path === 'string' && !path.includes('*')),
  ];
  return ['README.md', 'LICENSE', 'package.json', ...named.map((path) => path.replace(/^\.\//, ''))];
}
