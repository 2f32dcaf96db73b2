import { fileURLToPath } from 'node:url';
import { readSecret } from 'sops-codec';

const file = fileURLToPath(new URL('secrets.enc.yaml', import.meta.url));

/** `vite build --ssr server.mjs`: what is inlined is in the server's bundle. A build for browsers gets nothing. */
export default async ({ isSsrBuild }) => ({
  define: isSsrBuild ? { __CMS_TOKEN__: JSON.stringify(await readSecret(file, 'CMS_TOKEN')) } : {},
  build: isSsrBuild ? { rollupOptions: { output: { entryFileNames: 'server.mjs' } } } : {},
});
