import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { needProgram } from '../../programs/run-program.mjs';

/**
 * How each bundler makes one program for Node of a module and of everything that it imports. Its usual settings: nothing
 * names the packages of clouds, which may be installed or not.
 *
 * @param {string} modules the folder of the bundlers' packages
 * @returns {readonly {name: string, bundle: (entry: string, folder: string) => Promise<string>}[]} `bundle` writes into a
 *   folder, and gives the path of the file to run
 */
export function bundlersIn(modules) {
  const require = createRequire(join(modules, 'index.js'));
  const load = (name) => import(pathToFileURL(require.resolve(name)).href);
  return [
    {
      name: 'esbuild',
      async bundle(entry, folder) {
        const { build } = require('esbuild');
        const outfile = join(folder, 'app.cjs');
        await build({ ...quiet(entry), outfile, format: 'cjs' });
        return outfile;
      },
    },
    {
      name: 'webpack',
      async bundle(entry, folder) {
        const webpack = require('webpack');
        const output = { path: folder, filename: 'app.cjs' };
        const stats = await new Promise((resolve, reject) =>
          webpack({ mode: 'none', target: 'node20', entry, output }, (error, made) =>
            error ? reject(error) : resolve(made),
          ),
        );
        const { errors } = stats.toJson({ all: false, errors: true });
        if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join('\n'));
        return join(folder, 'app.cjs');
      },
    },
    {
      name: 'Rollup',
      async bundle(entry, folder) {
        const { rollup } = await load('rollup');
        const { default: nodeResolve } = await load('@rollup/plugin-node-resolve');
        const { default: commonjs } = await load('@rollup/plugin-commonjs');
        const { default: json } = await load('@rollup/plugin-json');
        const plugins = [nodeResolve({ exportConditions: ['node'] }), commonjs(), json()];
        const bundle = await rollup({ input: entry, plugins, onwarn: () => undefined });
        const names = { entryFileNames: 'app.mjs', chunkFileNames: '[name]-[hash].mjs' };
        await bundle.write({ dir: folder, format: 'es', ...names });
        return join(folder, 'app.mjs');
      },
    },
    {
      name: 'Vite, for SSR',
      async bundle(entry, folder) {
        const { build } = await load('vite');
        await build({
          root: dirname(entry),
          configFile: false,
          logLevel: 'error',
          ssr: { noExternal: true },
          build: {
            ssr: entry,
            outDir: folder,
            rollupOptions: {
              output: { entryFileNames: 'app.mjs', chunkFileNames: '[name]-[hash].mjs' },
            },
          },
        });
        return join(folder, 'app.mjs');
      },
    },
    {
      name: 'bun build',
      async bundle(entry, folder) {
        const args = ['build', entry, '--target=node', '--outfile', join(folder, 'app.mjs')];
        await needProgram(bunIn(modules), args, { cwd: dirname(entry) });
        return join(folder, 'app.mjs');
      },
    },
  ];
}

/** The program itself: the `bin` of its package is put there by a script, which is not run. */
function bunIn(modules) {
  const platform = `${process.platform}-${process.arch === 'arm64' ? 'aarch64' : process.arch}`;
  return join(modules, `@oven/bun-${platform}/bin/bun`);
}

const quiet = (entry) => ({ entryPoints: [entry], bundle: true, platform: 'node', logLevel: 'error' });

/**
 * How many bytes of a minified bundle come from where.
 *
 * @param {string} modules the folder of the bundlers' packages
 * @param {string} entry
 * @param {(path: string) => boolean} counts which sources count
 */
export async function minifiedSize(modules, entry, counts) {
  const { build } = createRequire(join(modules, 'index.js'))('esbuild');
  const { metafile } = await build({
    ...quiet(entry),
    minify: true,
    write: false,
    metafile: true,
    outfile: 'app.cjs',
  });
  const [{ inputs }] = Object.values(metafile.outputs);
  return Object.entries(inputs)
    .filter(([path]) => counts(path))
    .reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0);
}
