/** The program: what is compiled of it is kept for the next start, where this Node can and a private folder is there. */
import module from 'node:module';
import { compileCacheFolder } from './compile-cache';

/** Since Node 22.8; the types are those of the oldest Node that is supported. */
const { enableCompileCache } = module as { enableCompileCache?: (folder: string) => unknown };

// A folder that the user names, NODE_COMPILE_CACHE, is in use before the first line of any program.
if (enableCompileCache !== undefined && (process.env['NODE_COMPILE_CACHE'] ?? '') === '') {
  const folder = compileCacheFolder();
  if (folder !== undefined) enableCompileCache(folder);
}

// eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would be compiled before
require('./main.js');
