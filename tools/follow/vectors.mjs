import { readFileSync } from 'node:fs';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { repository } from '../packages.mjs';
import { privateFolder } from '../private-folder.mjs';
import { runProgram } from '../programs/run-program.mjs';
import { lineChanges } from './line-changes.mjs';

const folder = join(repository, 'packages/sops-codec/test/vectors/sops-3.13.3');
const identities = ['a', 'b', 'c'].map((name) => join(folder, `keys/age-${name}.txt`));

/** Vectors that need no service and no keyring: nearly all, and all that are about a format. */
const isOffline = ({ recipients }) => recipients.every(({ type }) => type === 'age');

/**
 * What changed in what the program makes of the vectors: each is encrypted and decrypted by both releases, and what is
 * stored of it is decrypted by both.
 *
 * @returns {Promise<{count: number, changes: readonly {title: string, lines: readonly string[]}[]}>}
 */
export async function vectorChanges(before, after) {
  const vectors = ['index.json', 'quirks.json']
    .flatMap((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')))
    .filter(isOffline);
  const temporary = await privateFolder('follow');
  try {
    const changes = [];
    for (const vector of vectors) {
      const [old, now] = [
        await results(before, vector, join(temporary.path, 'before')),
        await results(after, vector, join(temporary.path, 'after')),
      ];
      for (const [step, text] of Object.entries(old)) {
        const lines = lineChanges(text, now[step]);
        if (lines.length > 0) changes.push({ title: `${vector.name}: ${step}`, lines });
      }
    }
    return { count: vectors.length, changes };
  } finally {
    await temporary.remove();
  }
}

/** What a release does with a vector, without what is random or tells the time or the version. */
async function results({ program, version }, { input, encrypted, options }, directory) {
  await mkdir(directory, { recursive: true });
  try {
    const name = basename(input);
    await copyFile(join(folder, input), join(directory, name));
    await writeFile(join(directory, '.sops.yaml'), options.config ?? '{}');
    const keys = (await Promise.all(identities.map((path) => readFile(path, 'utf8')))).join('\n');
    const run = async (...args) => {
      const env = {
        SOPS_AGE_KEY: keys,
        SOPS_DISABLE_VERSION_CHECK: '1',
        HOME: directory,
        XDG_CONFIG_HOME: directory,
      };
      const { exitCode, stdout, stderr } = await runProgram(program, args, {
        cwd: directory,
        env,
        encoding: 'latin1',
        stripFinalNewline: false,
        timeout: 60_000,
      });
      return masked(`exit code ${exitCode}\n${stdout}${stderr}`, version);
    };
    const args = options.args[0] === 'encrypt' ? options.args.slice(1, -1) : [];
    const made = await run('encrypt', '--in-place', ...args, name);
    const file = await readFile(join(directory, name), 'latin1');
    const stored = `stored-${basename(encrypted)}`;
    await copyFile(join(folder, encrypted), join(directory, stored));
    return {
      encrypted: `${made}${masked(file, version)}`,
      'what it encrypts, decrypted': await run('decrypt', name),
      'the stored file, decrypted': await run('decrypt', stored),
    };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const masked = (text, version) =>
  text
    .replaceAll(/ENC\[AES256_GCM,data:[^,\]]*,iv:[^,\]]*,tag:[^,\]]*,type:(\w+)\]/g, 'ENC[$1]')
    .replaceAll(/-----BEGIN AGE[^"]*?END AGE ENCRYPTED FILE-----/g, '<wrapped key>')
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, (time) => (time < '2026-11' ? time : '<time>'))
    .replaceAll(/\b[0-9A-F]{128}\b/g, '<digest>')
    .replaceAll(version, '<version>');
