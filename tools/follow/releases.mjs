import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../interop/programs/cache.mjs';
import { sops } from '../interop/programs/sops.mjs';
import { needProgram, runProgram } from '../programs/run-program.mjs';
import { followed, modules } from './followed.mjs';

const building = 1_800_000;

/**
 * A release of sops: the program, built from source and kept in the cache, and the sources of it and of what it pins.
 *
 * @param {string} version without its `v`
 * @returns {Promise<{version: string, program: string, folders: Record<string, string>, versions: Record<string, string>}>}
 *   folders and versions by the short names of `modules`
 * @throws Error where Go's module proxy does not have it, or it cannot be built
 */
export async function release(version) {
  const { Dir: sops, GoMod } = await download(`${modules.sops}@v${version}`);
  const manifest = readFileSync(GoMod, 'utf8');
  const versions = { sops: version };
  const folders = { sops };
  for (const name of ['go-yaml', 'go-ini']) {
    const pinned = new RegExp(`^\\s*${modules[name].replaceAll('.', '\\.')} v(\\S+)`, 'm').exec(
      manifest,
    )?.[1];
    if (pinned === undefined) continue;
    versions[name] = pinned;
    folders[name] = (await download(`${modules[name]}@v${pinned}`)).Dir;
  }
  return { version, program: await build(version), folders, versions };
}

/** Go's answer about a module: it is downloaded, and checked against Go's checksum database. */
async function download(module) {
  const { exitCode, stdout, all } = await runProgram('go', ['mod', 'download', '-json', module], {
    timeout: building,
  });
  const answer = stdout === '' ? {} : JSON.parse(stdout);
  if (exitCode !== 0 || answer.Error) throw new Error(`${module}: ${answer.Error ?? all}`);
  return answer;
}

async function build(version) {
  const known = version === followed[modules.sops] ? await sops.find() : undefined;
  if (known !== undefined) return known;
  const folder = join(cacheFolder, 'releases', version);
  const program = join(folder, 'sops');
  const { exitCode } = await runProgram(program, ['--version', '--disable-version-check']);
  if (exitCode !== 0) {
    const args = ['install', `${modules.sops}/cmd/sops@v${version}`];
    await needProgram('go', args, { env: { GOBIN: folder, GOFLAGS: '-trimpath' }, timeout: building });
  }
  return program;
}
