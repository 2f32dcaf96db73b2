import { chmod, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { repository } from '../../packages.mjs';
import { privateFolder } from '../../private-folder.mjs';
import { needProgram, runProgram } from '../../programs/run-program.mjs';
import { sops } from '../programs/sops.mjs';

const script = join(repository, 'tools/interop/disk/play.sh');
const ours = join(repository, 'packages/sops-codec/bin/sops-codec.js');

const works = async (program, ...args) => (await runProgram(program, args)).exitCode === 0;

/**
 * How a situation is run on this machine: the words in front of the program, by what it needs.
 *
 * @returns {Promise<Record<string, readonly string[] | undefined>>} undefined where the machine refuses
 */
export async function privileges() {
  const root =
    process.getuid?.() === 0 ? [] : (await works('sudo', '-n', 'true')) ? ['sudo', '-n'] : undefined;
  const mounts = [
    [...(root ?? ['none']), 'unshare', '-m'],
    ['unshare', '-rm'],
  ];
  const allowed = await Promise.all(
    mounts.map((words) => works(...words, 'mount', '-t', 'tmpfs', 'none', '/mnt')),
  );
  return { none: [], root, mounts: mounts[allowed.indexOf(true)] };
}

/** A folder in which situations are played with both programs. */
export async function diskFolder() {
  const folder = await privateFolder('interop-disk');
  // Another user goes through it.
  await chmod(folder.path, 0o755);
  const real = await sops.find();
  const [one, two] = [await generateX25519Identity(), await generateX25519Identity()];
  const [R1, R2] = [await identityToRecipient(one), await identityToRecipient(two)];
  const env = { PATH: process.env.PATH, HOME: folder.path, LANG: 'C.UTF-8', SOPS_AGE_KEY: one };

  /** The files that a program starts with. */
  async function prepare(value) {
    const path = await mkdtemp(join(folder.path, 'run-'));
    await chmod(path, 0o755);
    const files = {
      '.sops.yaml': `creation_rules:\n  - age: ${R1}\n`,
      'rules.yaml': `creation_rules:\n  - age: ${R1},${R2}\n`,
      'plain.yaml': `a: old\nb: ${value}\n`,
      old: 'old text\n',
    };
    await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(path, name), text)));
    await needProgram(real, ['encrypt', '--output', 'enc.yaml', 'plain.yaml'], { cwd: path, env });
    await mkdir(join(path, 'at'));
    return path;
  }

  /**
   * What a program makes of a situation.
   *
   * @param {object} situation
   * @param {'sops' | 'here'} program
   * @param {readonly string[]} words in front of it, as `privileges` gives them
   * @returns {Promise<Record<string, string>>} outcomes by command
   */
  async function play({ setup, commands, value = 'two' }, program, words) {
    const W = await prepare(value);
    const S = program === 'sops' ? real : ours;
    const all = { ...env, W, S, REAL: real, VALUE: value, SETUP: setup, COMMANDS: commands.join('\n') };
    const variables = Object.entries(all).map(([name, text]) => `${name}=${text}`);
    const [first, ...rest] = [...words, 'env', '-i', ...variables, 'bash', script];
    const { stdout } = await needProgram(first, rest, { cwd: W, timeout: 300_000 });
    return Object.fromEntries(
      stdout
        .split('\n')
        .map((line) => line.split('\t'))
        .filter(({ length }) => length === 2),
    );
  }

  return { play, remove: folder.remove };
}
