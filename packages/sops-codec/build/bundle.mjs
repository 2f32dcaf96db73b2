/**
 * Makes the command line from the sources, as users get it: `dist/program/start.js` and `main.js`, with a file next to it for each library,
 * which only some commands or recipients need. `docs/decisions/0016-a-bundled-command-line.md` tells why.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { licenceTexts } from './licences.mjs';
import { fileOf, usedNames, usersOwn } from './libraries.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const outdir = join(root, 'dist/program');
const licences = 'LICENSES.txt';
const libraries = usedNames(join(root, 'src'));

/** What libraries themselves load only when they need it: the sources of AWS credentials, for the most part. */
const rarelyUsed = 'rarely-used.js';

const common = {
  absWorkingDir: root,
  outdir,
  bundle: true,
  write: false,
  metafile: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20.19',
  mainFields: ['module', 'main'],
  // Names stay as they are, so that stack traces can be read without a source map.
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'none',
  sourcemap: 'linked',
  logLevel: 'warning',
  // `require` is there before the first line; the loader of ES modules would have to be started.
  supported: { 'dynamic-import': false },
  external: [...usersOwn],
};

/** Libraries are files of their own. */
const librariesApart = {
  name: 'libraries-apart',
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ path }) =>
      libraries.has(path) ? { path: `./${fileOf(path)}`, external: true } : undefined,
    );
  },
};

/** The start is before the program, and must not have it in it. */
const mainApart = {
  name: 'main-apart',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/main\.js$/ }, ({ path }) => ({ path, external: true }));
  },
};

/** What a library loads when it needs it is in a file for all of them, where the path is its key. */
const rarelyUsedApart = (paths) => ({
  name: 'rarely-used-apart',
  setup({ onLoad, onResolve, resolve }) {
    onResolve({ filter: /.*/ }, async ({ path, kind, importer, resolveDir, pluginData }) => {
      if (kind !== 'dynamic-import' || pluginData === 'found') return undefined;
      const found = await resolve(path, { kind, importer, resolveDir, pluginData: 'found' });
      if (found.errors.length > 0 || found.external) return found;
      paths.add(found.path);
      return { path: found.path, namespace: 'rarely-used' };
    });
    onResolve({ filter: /^\.\/rarely-used\.js$/ }, ({ path }) => ({ path, external: true }));
    onLoad({ filter: /.*/, namespace: 'rarely-used' }, ({ path }) => ({
      contents: `module.exports = require('./${rarelyUsed}')[${JSON.stringify(relative(root, path))}]();`,
      resolveDir: root,
    }));
  },
});

const asEntry = (contents, file) => ({
  stdin: { contents, sourcefile: file, resolveDir: root },
  outfile: join(outdir, file),
  outdir: undefined,
  sourcesContent: false,
});

const paths = new Set();
const bundles = [
  await build({
    ...common,
    entryPoints: { start: 'src/command-line/start.ts', main: 'src/command-line/main.ts' },
    plugins: [librariesApart, mainApart],
  }),
];
for (const [library, names] of libraries) {
  const what = names === undefined ? '*' : `{ ${[...names].join(', ')} }`;
  const entry = asEntry(`export ${what} from ${JSON.stringify(library)};`, fileOf(library));
  bundles.push(await build({ ...common, ...entry, plugins: [rarelyUsedApart(paths)] }));
}
const loaders = [...paths].sort().map((path) => {
  const key = JSON.stringify(relative(root, path));
  return `exports[${key}] = () => require(${JSON.stringify(path)});`;
});
bundles.push(await build({ ...common, ...asEntry(loaders.join('\n'), rarelyUsed) }));

const files = new Map(
  bundles.flatMap(({ outputFiles }) => outputFiles.map((file) => [file.path, file.text])),
);
const inputs = new Set(bundles.flatMap(({ metafile }) => Object.keys(metafile.inputs)));

mkdirSync(outdir, { recursive: true });
for (const name of readdirSync(outdir))
  if (name !== licences && !files.has(join(outdir, name))) rmSync(join(outdir, name));
for (const [path, text] of files) {
  // A program that runs meanwhile is not disturbed by what did not change.
  if (textOf(path) !== text) writeFileSync(path, text);
}
// Written last and always: its date is that of the bundle.
writeFileSync(join(outdir, licences), licenceTexts(root, inputs));
if (process.argv.includes('--verbose'))
  for (const [path, text] of files)
    console.log(`${relative(root, path)}: ${Math.ceil(text.length / 1024)} kB`);

function textOf(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
