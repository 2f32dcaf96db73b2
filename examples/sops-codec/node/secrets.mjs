// Before the program: `node --import ./secrets.mjs app.mjs`. Variables that exist stay as they are.
import { fileURLToPath } from 'node:url';
import { loadEnv } from 'sops-codec';

await loadEnv(fileURLToPath(new URL('secrets.enc.env', import.meta.url)));
