/**
 * Command lines at random: both programs end with the same exit code, print the same and leave the same files. Where sops
 * crashes, or prints its help, only the exit code is compared. `INTEROP_RUNS` is the number of command lines, other ones
 * each time; without it they are few, and the same each time.
 */
import assert from 'node:assert/strict';
import { cp, readFile, readdir, rm, writeFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import fc from 'fast-check';
import { repository } from '../../packages.mjs';
import { privateFolder } from '../../private-folder.mjs';
import { needProgram, runProgram } from '../../programs/run-program.mjs';
import { sops } from '../programs/sops.mjs';
import { commandLine } from '../random/command-lines.mjs';

const { INTEROP_RUNS } = process.env;
const runs = INTEROP_RUNS ? { numRuns: Number(INTEROP_RUNS) } : { numRuns: 150, seed: 20_261_128 };
const ours = join(repository, 'packages/sops-codec/bin/sops-codec.js');

let folder, recipient, other, env, real;

before(async () => {
  folder = await privateFolder('interop-command-lines');
  real = await sops.find();
  const identity = await generateX25519Identity();
  recipient = await identityToRecipient(identity);
  other = await identityToRecipient(await generateX25519Identity());
  env = {
    PATH: process.env.PATH,
    HOME: folder.path,
    SOPS_AGE_KEY: identity,
    EDITOR: 'true',
    LANG: 'C.UTF-8',
  };
  const files = {
    '.sops.yaml': `creation_rules:\n  - age: ${recipient}\n`,
    'other.yaml': `creation_rules:\n  - path_regex: nothing\n    age: ${recipient}\n`,
    'enc.yaml': 'a: x\nn: 5\nl: [1, 2]\nm: {k: v}\n',
    'enc.json': '{"a":"x","n":5}',
    'enc.env': 'a=x\nn=5\n',
    'plain.yaml': 'a: x\nn: 5\n',
    'text.bin': 'hello',
  };
  await mkdir(join(folder.path, 'files/folder'), { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(folder.path, 'files', name), text);
    if (name.startsWith('enc.'))
      await needProgram(real, ['encrypt', '-i', name], {
        cwd: join(folder.path, 'files'),
        env,
        timeout: 60_000,
      });
  }
});
after(() => folder?.remove());

/** Text without what is other each time. */
const stable = (text, run) =>
  text
    .replaceAll(run, '<folder>')
    .replace(/ENC\[AES256_GCM,[^\]]*type:(\w+)\]/g, 'ENC($1)')
    .replace(/\d{4}-\d\d-\d\dT[\d:]+Z/g, 'TIME')
    .replace(/-----BEGIN AGE[^]*?-----END AGE ENCRYPTED FILE-----(?:\\n)?/g, 'AGE');

async function outcome(program, args) {
  const run = join(folder.path, `run-${program === real ? 'sops' : 'ours'}`);
  await cp(join(folder.path, 'files'), run, { recursive: true });
  const ended = await runProgram(program, args, { cwd: run, env, timeout: 60_000, input: '' });
  const { exitCode, stdout, stderr } = ended;
  const names = (await readdir(run)).filter((name) => name !== 'folder');
  const texts = await Promise.all(names.map((name) => readFile(join(run, name), 'utf8')));
  await rm(run, { recursive: true });
  const files = Object.fromEntries(names.map((name, index) => [name, stable(texts[index], run)]));
  return { exitCode, stdout: stable(stdout, run), stderr, files };
}

test('random command lines', { timeout: 3_600_000 }, async () => {
  const check = async (line) => {
    const args = line.map((word) => word.replaceAll('{recipient}', recipient).replaceAll('{other}', other));
    const [theirs, own] = await Promise.all([outcome(real, args), outcome(ours, args)]);
    // Its crashes are refusals here.
    if (/^panic:/m.test(theirs.stderr)) return assert.notEqual(own.exitCode, 0);
    const isHelp = /^(?:NAME:|Incorrect Usage)/m.test(theirs.stdout);
    const compared = ({ exitCode, stdout, files }) => ({ exitCode, files, stdout: isHelp ? '' : stdout });
    assert.deepEqual(compared(own), compared(theirs));
  };
  await fc.assert(fc.asyncProperty(commandLine, check), runs);
});

test('the same commands, and subcommands, with the same flags', async () => {
  const help = async (program, ...args) =>
    (await runProgram(program, [...args, '--help'], { env, timeout: 60_000 })).stdout;
  /** The names in a chapter of a help text. */
  const names = (text, heading) =>
    (text.split(new RegExp(`^${heading}[^\\n]*\\n`, 'mi'))[1] ?? '')
      .split(/\n(?=\S)/)[0]
      .split('\n')
      .flatMap(
        (line) => /^ {2,}((?:-?[\w-]+(?: value)?, )*-?[\w-]+)(?: |$)/.exec(line)?.[1]?.split(', ') ?? [],
      )
      .map((name) => name.replace(/ value$/, ''));
  const [theirs, own] = [await help(real), await help(ours)].map((text) =>
    names(text, 'commands:').filter((name) => name !== 'h'),
  );
  assert.ok(own.length > 14);
  assert.deepEqual([...own].sort(), [...theirs].sort());
  for (const command of [
    ...own.filter((name) => !['help', 'completion', 'groups'].includes(name)).map((name) => [name]),
    ['groups', 'add'],
    ['groups', 'delete'],
  ]) {
    const [their, mine] = [await help(real, ...command), await help(ours, ...command)].map((text) =>
      names(text, '(?:options|flags):')
        .filter((name) => name.startsWith('-'))
        .sort(),
    );
    assert.ok(their.length > 0);
    assert.deepEqual(
      mine.filter((name) => !['-h', '--help'].includes(name)),
      their.filter((name) => !['-h', '--help'].includes(name)),
      command.join(' '),
    );
  }
});
