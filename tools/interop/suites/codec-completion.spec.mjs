/**
 * The completion scripts, read and run by the shells themselves. A shell that is not installed is left out:
 * `apt install zsh fish` installs them.
 */
import assert from 'node:assert/strict';
import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { repository } from '../../packages.mjs';
import { privateFolder } from '../../private-folder.mjs';
import { needProgram, runProgram } from '../../programs/run-program.mjs';

const ours = join(repository, 'packages/sops-codec/bin/sops-codec.js');
const has = async (shell) => (await runProgram(shell, ['--version'])).exitCode === 0;
const shells = Object.fromEntries(
  await Promise.all(['bash', 'zsh', 'fish'].map(async (shell) => [shell, await has(shell)])),
);

/** A test for a shell, where it is installed. */
const testIn = (isInstalled, title, run) => isInstalled && test(title, run);

describe('completion', () => {
  let folder, env;

  before(async () => {
    folder = await privateFolder('interop-completion');
    await symlink(ours, join(folder.path, 'sops-codec'));
    env = { PATH: `${folder.path}:${process.env.PATH}`, HOME: folder.path, LANG: 'C.UTF-8' };
    for (const shell of ['bash', 'zsh', 'fish', 'powershell']) {
      const { stdout } = await needProgram('sops-codec', ['completion', shell], { env });
      await writeFile(join(folder.path, `script.${shell}`), `${stdout}\n`);
    }
    await writeFile(join(folder.path, 'zz.yaml'), '');
  });
  after(() => folder?.remove());

  const run = (shell, args) =>
    needProgram(shell, args, { cwd: folder.path, env, extendEnv: false, timeout: 60_000 });

  for (const shell of ['bash', 'zsh', 'fish']) {
    testIn(shells[shell], `${shell} reads the script`, () => run(shell, ['-n', `script.${shell}`]));
  }

  /** Words typed, and what is offered among others. */
  const cases = [
    ['sops-codec pub', 'publish', 'keyservice'],
    ['sops-codec groups a', 'add', 'delete'],
    ['sops-codec decrypt --ext', '--extract', '--in-place'],
    ['sops-codec completion f', 'fish', 'bash'],
    ['sops-codec decrypt zz', 'zz.yaml', 'publish'],
  ];

  for (const [typed, offered, other] of cases) {
    const words = typed.split(' ');

    testIn(shells.bash, `bash: ${typed}`, async () => {
      const script = `source script.bash
COMP_WORDS=(${words.join(' ')}); COMP_CWORD=${words.length - 1}
_sops_codec_complete; printf '%s\\n' "\${COMPREPLY[@]}"`;
      const { stdout } = await run('bash', ['--norc', '-c', script]);
      // File names are bash's own part.
      if (offered === 'zz.yaml') assert.equal(stdout, '');
      else assert.deepEqual(stdout.split('\n'), [offered]);
    });

    testIn(shells.fish, `fish: ${typed}`, async () => {
      const script = `source script.fish; complete --do-complete '${typed}'`;
      const { stdout } = await run('fish', ['--no-config', '-c', script]);
      const names = stdout.split('\n').map((line) => line.split('\t')[0]);
      assert.ok(names.includes(offered), stdout);
      assert.ok(!names.includes(other), stdout);
    });

    testIn(shells.zsh, `zsh: ${typed}`, async () => {
      // What the script hands to zsh, without a terminal: _describe and _files are those of zsh's completion system.
      const script = `compdef() { :; }
_describe() { local -a all=(\${(P)2}); print -l -- \${(M)all:#\${words[CURRENT]}*}; }
_files() { print -l -- \${words[CURRENT]}*(N); }
source ./script.zsh
words=(${words.join(' ')}); CURRENT=${words.length}
_sops_codec_complete`;
      const { stdout } = await run('zsh', ['-f', '-c', script]);
      const names = stdout.split('\n').map((line) => line.split(':')[0]);
      assert.ok(names.includes(offered), stdout);
      assert.ok(!names.includes(other), stdout);
    });
  }

  testIn(shells.zsh, 'zsh: the completion system takes the script', async () => {
    const script = `autoload -Uz compinit && compinit -u -d ./dump && source ./script.zsh && print -- \${_comps[sops-codec]}`;
    assert.equal((await run('zsh', ['-f', '-c', script])).stdout, '_sops_codec_complete');
  });
});
