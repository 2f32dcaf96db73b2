import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { bech32 } from '@scure/base';
import { repository } from '../packages.mjs';

/** Installs the age plugin of the tests in a folder: a recipient, an identity, and the PATH on which it is found. */
export async function echoPlugin(folder) {
  const bin = join(folder, 'plugins');
  await mkdir(bin, { recursive: true });
  const program = join(bin, 'age-plugin-echo');
  const script = join(repository, 'packages/sops-codec/test/age-plugin-echo.cjs');
  await writeFile(program, `#!/bin/sh\nexec '${process.execPath}' '${script}' "$@"\n`);
  await chmod(program, 0o700);
  return {
    recipient: bech32.encodeFromBytes('age1echo', new Uint8Array([1])),
    identity: bech32.encodeFromBytes('age-plugin-echo-', new Uint8Array([1])).toUpperCase(),
    path: [bin, process.env.PATH].join(delimiter),
  };
}
