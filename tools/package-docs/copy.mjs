/**
 * Puts the pages of docs/ into the package of the working directory, as a package's `prepack` does: what a site and GitHub
 * show, whoever installed the package reads offline, of the version that is installed.
 */
import { readdir, readFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { repository } from '../packages.mjs';
import { packagedFiles, packagedLinks } from './packaged-links.mjs';

const name = basename(process.cwd());
const docs = join(repository, 'docs');
const target = join(process.cwd(), 'docs');

await rm(target, { recursive: true, force: true });
const files = packagedFiles(
  name,
  (await readdir(docs, { recursive: true })).map((path) => path.replaceAll('\\', '/')),
);
for (const path of files) {
  const text = await readFile(join(docs, path), 'utf8');
  await mkdir(dirname(join(target, path)), { recursive: true });
  await writeFile(join(target, path), path.endsWith('.md') ? packagedLinks(text, path, files) : text);
}
