/**
 * Makes `dist/esm` from the sources: the library as ES modules, for bundlers only (condition `module` of package.json), which
 * then leave out what a program does not use. Node loads the CommonJS files. docs/decisions/0017 tells why.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const outdir = join(root, 'dist/esm');
const entries = ['src/index.ts', 'src/kms.ts'];
const common = { absWorkingDir: root, write: false, platform: 'node', format: 'esm', target: 'node20.19' };

/** In an ES module there is no `require`: what CommonJS loads when it needs it is imported. */
const required = /\(require\('([^']+)'\) as \{[^}]*\}\)\.(\w+);/;
const importRequired = {
  name: 'import-required',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      const [, library, name] = required.exec(text) ?? [];
      if (library === undefined) return undefined;
      const contents = `import { ${name} as required } from '${library}';\n${text.replace(required, 'required;')}`;
      return { contents, loader: 'ts' };
    });
  },
};

/** The modules that the entries reach. */
const { metafile } = await build({
  ...common,
  entryPoints: entries,
  bundle: true,
  packages: 'external',
  metafile: true,
  outdir,
});
const { outputFiles } = await build({
  ...common,
  entryPoints: Object.keys(metafile.inputs),
  outdir,
  outbase: 'src',
  outExtension: { '.js': '.mjs' },
  plugins: [importRequired],
});

rmSync(outdir, { recursive: true, force: true });
for (const { path, text } of outputFiles) {
  if (/\brequire\(/.test(text)) throw new Error(`${path}: an ES module has no require`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, withFileNames(text));
}

/** ES modules name the files that they import. */
function withFileNames(text) {
  return text.replace(/(\bfrom |\bimport\()"(\.[^"]*?)(?:\.js)?"/g, '$1"$2.mjs"');
}
