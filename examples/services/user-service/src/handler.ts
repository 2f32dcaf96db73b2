import { readSecrets } from './secrets.js';

/** Tells which database the service talks to: the host, without the password in the URL. */
export async function handler(): Promise<{ database: string }> {
  const { DATABASE_URL } = await readSecrets();
  return { database: new URL(DATABASE_URL).host };
}
