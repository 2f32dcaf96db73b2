/** The skill for coding agents, followed to the letter: its commands work, and no value is in what they print. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { startLocalAws } from 'local-aws-secrets';
import { awsEnvironment } from '../../tools/aws/environment.mjs';
import { createWorkspace } from '../../tools/workspaces/create.mjs';
import { nxVersion } from '../nx-versions.mjs';
import { readSecret } from '../read-secret.mjs';

const canary = 'canary-Zx81-of-the-agent';
const root = 'services/user-service';

describe('the skill for coding agents', () => {
  let aws, workspace, env, skill;

  const run = (program, args, options) => workspace.run(program, args, { env, ...options });
  const need = async (program, args, options) => {
    const { exitCode, all } = await run(program, args, options);
    assert.equal(exitCode, 0, all);
    return all;
  };
  /** Lines of the blocks under a heading, as a shell runs them. */
  const linesUnder = (heading) => {
    const [, chapter = ''] = skill.split(`\n## ${heading}\n`);
    const [text] = chapter.split('\n## ');
    return [...text.matchAll(/^```sh\n([^]*?)^```$/gm)].flatMap(([, block]) => block.trim().split('\n'));
  };
  const follow = async (heading) => {
    const lines = linesUnder(heading);
    assert.notEqual(lines.length, 0, heading);
    for (const line of lines) {
      const { exitCode, all } = await run('bash', ['-e', '-o', 'pipefail', '-c', line]);
      assert.equal(exitCode, 0, `${line}\n${all}`);
      assert.doesNotMatch(all, new RegExp(canary), line);
    }
    return lines;
  };

  before(async () => {
    aws = await startLocalAws();
    const files = {
      [`${root}/project.json`]: { name: 'user-service' },
      [`${root}/.gitignore`]: '.env\n',
      [`${root}/.env`]: `DATABASE_URL=${canary}\n`,
      '.env': `DATABASE_URL=${canary}\n`,
      '.gitignore': 'node_modules/\n.nx/\ntmp/\n.env\n',
    };
    workspace = await createWorkspace({ nx: nxVersion, generated: false, files });
    env = awsEnvironment(aws.endpoint, workspace.temporary);
    skill = await readFile(
      join(workspace.path, 'node_modules/nx-secrets/skills/nx-secrets/SKILL.md'),
      'utf8',
    );
    await need('npx', ['nx', 'g', 'nx-secrets:init', '--project=user-service', '--stages=dev']);
    for (const key of ['OLD_KEY', 'API_TOKEN'])
      await need('npx', ['nx', 'g', 'nx-secrets:set', key, '--stage=dev', '--project=user-service'], {
        input: canary,
      });
    await workspace.commit('Secrets of a service');
    await need('npx', ['nx', 'run', 'user-service:sync-secrets', '--stage=dev']);
    await workspace.commit('A commit for affected to compare with');
  });
  after(async () => {
    await aws?.stop();
    await workspace?.remove();
  });

  test('is named as skills are', () => {
    assert.match(skill, /^---\nname: nx-secrets\ndescription: .{80,1024}\n(\w+: .+\n)*---\n/);
  });

  test('what changes nothing changes nothing, in the workspace and in AWS', async () => {
    aws.resetCalls();
    await follow('Commands that change nothing');
    assert.equal(await workspace.changes(), '');
    const written = Object.keys(aws.calls()).filter(
      (action) => !/:(Describe|Get|List)|kms:Decrypt$|sts:/.test(action),
    );
    assert.deepEqual(written, []);
  });

  test('what changes files changes them, and not the secret', async () => {
    const before = await readSecret(aws.endpoint, '/services/user-service/dev');
    const lines = await follow('Commands that change files, not AWS');
    assert.ok(lines.some((line) => line.includes('set SESSION_KEY')));
    assert.equal((await workspace.changes()).trim(), `M  ${root}/secrets/dev.enc.yaml`);
    assert.deepEqual(await readSecret(aws.endpoint, '/services/user-service/dev'), before);
    await workspace.commit('A key more, a key less');
    await need('npx', ['nx', 'run', 'user-service:sync-secrets', '--stage=dev']);
    const { SESSION_KEY, ...others } = await readSecret(aws.endpoint, '/services/user-service/dev');
    assert.match(SESSION_KEY, /^[A-Za-z0-9+/]{43}=$/);
    assert.deepEqual(others, { API_TOKEN: canary });
  });

  test('what only the user may ask for is in no list', () => {
    const listed = ['Commands that change nothing', 'Commands that change files, not AWS'].flatMap(
      linesUnder,
    );
    for (const line of listed) {
      assert.doesNotMatch(line, /--(overwrite|adopt|restore|enable|allow-empty|delete|revoke)\b/);
      assert.doesNotMatch(line, /\b(decrypt|edit|exec-env|exec-file|keyservice|get-secret-value)\b/);
      if (/:(sync-secrets|provision-keys)/.test(line)) assert.match(line, /--dry-run/);
    }
  });
});
