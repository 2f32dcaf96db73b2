// `node build.mjs`: dist/ is what is uploaded. The role of the function needs kms:Decrypt for the key of the file.
import { copyFile } from 'node:fs/promises';
import { build } from 'esbuild';

await build({
  entryPoints: ['handler.mjs'],
  outfile: 'dist/handler.js',
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  logLevel: 'error',
  // Lambda has a file's folder as __dirname.
  define: { 'import.meta.dirname': '__dirname' },
});
await copyFile('secrets.enc.yaml', 'dist/secrets.enc.yaml');
