// Next.js takes a function, and waits for its result. `env` is inlined where the code names process.env.<NAME>: in the
// server's code it stays there, in a client component everybody can read it.
import { fileURLToPath } from 'node:url';
import { readSecrets } from 'sops-codec';

export default async function config(phase) {
  const file = fileURLToPath(new URL('secrets.enc.yaml', import.meta.url));
  const { CMS_TOKEN } = await readSecrets(file);
  return { env: { CMS_TOKEN }, ...(phase === 'phase-export' ? { output: 'export' } : {}) };
}
