/** Wrong input of every kind: what is wrong, where, and what fixes it; exit code 1; nothing written anywhere. */
import assert from 'node:assert/strict';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { startLocalAws } from 'local-aws-secrets';
import { awsEnvironment } from '../../tools/aws/environment.mjs';
import { createWorkspace } from '../../tools/workspaces/create.mjs';
import { nxVersion } from '../nx-versions.mjs';
import { startSilentServer } from '../silent-server.mjs';

/** The longest that an endpoint which does not answer may keep anybody waiting, Nx's own start included. */
const patience = 15_000;
const service = 'services/user-service';
const secretFile = `${service}/secrets/dev.enc.yaml`;
const files = {
  'services/user-service/project.json': { name: 'user-service' },
  'services/payment-service/project.json': { name: 'payment-service' },
  'services/new-service/project.json': { name: 'new-service' },
};
const writes = /:(Create|Put|Update|Tag|Delete|Schedule|Enable)/;

describe('wrong input', () => {
  let aws, silent, workspace, env;

  const need = async (args, options) => {
    const { exitCode, all } = await workspace.nx(args, { env, ...options });
    assert.equal(exitCode, 0, all);
  };

  before(async () => {
    [aws, silent] = await Promise.all([startLocalAws(), startSilentServer()]);
    workspace = await createWorkspace({ nx: nxVersion, shortName: true, generated: false, files });
    env = awsEnvironment(aws.endpoint, workspace.temporary);
    await need(['g', 'secrets:init', '--stages=dev']);
    for (const name of ['user-service', 'payment-service']) {
      await need(['g', 'secrets:init', `--project=${name}`]);
      await need(['g', 'secrets:set', `--project=${name}`, '--stage=dev', 'KEY'], { input: 'a value' });
    }
    await workspace.commit('Two services');
  });
  after(async () => {
    await Promise.all([aws?.stop(), silent?.stop()]);
    await workspace?.remove();
  });
  beforeEach(async () => {
    await workspace.run('git', ['checkout', '--quiet', '--', '.']);
    aws.resetCalls();
  });

  const noCredentials = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined };
  const noRegion = { AWS_REGION: undefined, AWS_DEFAULT_REGION: undefined };
  const syncOne = ['run', 'user-service:sync-secrets'];
  const initNew = ['g', 'secrets:init', '--project=new-service'];
  const setOne = ['g', 'secrets:set', '--project=user-service', '--stage=dev', 'KEY'];

  /** `says`: patterns for what is wrong, where, and what fixes it. */
  const cases = [
    {
      name: 'sync without credentials',
      args: syncOne,
      env: () => noCredentials,
      says: [/credentials/i, /user-service/, /aws sso login|AWS_PROFILE|AWS_ACCESS_KEY_ID/],
    },
    {
      name: 'init without credentials',
      args: initNew,
      env: () => noCredentials,
      says: [
        /credentials/i,
        /sts:GetCallerIdentity, service new-service, stage dev/,
        /aws sso login|AWS_PROFILE|AWS_ACCESS_KEY_ID/,
      ],
    },
    {
      name: 'init without a region',
      args: initNew,
      env: () => noRegion,
      says: [/region/i, /new-service|nx\.json|dev/, /AWS_REGION|--region/],
    },
    {
      name: 'sync of a file whose key alias is gone',
      args: syncOne,
      arrange: () => replaceInFile('alias/user-service-dev', 'alias/user-service-xev'),
      says: [/alias\/user-service-(dev|xev)/, /services\/user-service\/secrets\/dev\.enc\.yaml/],
    },
    {
      name: 'sync of a damaged file',
      args: syncOne,
      arrange: damage,
      says: [
        /damaged|changed|MAC|authenti/i,
        /services\/user-service\/secrets\/dev\.enc\.yaml/,
        /git checkout HEAD -- services\/user-service\/secrets\/dev\.enc\.yaml/,
      ],
    },
    {
      name: 'set in a damaged file',
      args: setOne,
      input: 'other',
      arrange: damage,
      says: [
        /damaged|changed|MAC|authenti/i,
        /services\/user-service\/secrets\/dev\.enc\.yaml/,
        /git checkout HEAD -- services\/user-service\/secrets\/dev\.enc\.yaml/,
      ],
    },
    {
      name: 'sync of a file encrypted with another service’s key',
      args: syncOne,
      arrange: takeOtherFile,
      says: [/payment-service-dev/, /services\/user-service\/secrets\/dev\.enc\.yaml/],
    },
    {
      name: 'set in a file encrypted with another service’s key',
      args: setOne,
      input: 'other',
      arrange: takeOtherFile,
      says: [
        /payment-service-dev, the key of service payment-service/,
        /services\/user-service\/secrets\/dev\.enc\.yaml/,
      ],
    },
    {
      name: 'sync in CI of a file that differs from the committed one',
      args: syncOne,
      env: () => ({ CI: 'true' }),
      arrange: () => replaceInFile('\nsops:', '\n\nsops:'),
      says: [/committed/, /services\/user-service\/secrets\/dev\.enc\.yaml/],
    },
    {
      name: 'init of a project that does not exist',
      args: ['g', 'secrets:init', '--project=user-servce'],
      says: [/user-servce/, /--project|user-service/],
    },
    {
      name: 'set for a stage that does not exist',
      args: ['g', 'secrets:set', '--project=user-service', '--stage=dve', 'KEY'],
      input: 'x',
      says: [/dve/, /services\/user-service/, /"dev"/],
    },
    {
      name: 'set without a value',
      args: setOne,
      input: '',
      says: [/no value/, /standard input/, /--from-file/],
    },
    {
      name: 'sync with an endpoint that does not answer',
      args: syncOne,
      env: () => ({ AWS_ENDPOINT_URL: silent.endpoint }),
      says: [/http:\/\/127\.0\.0\.1:\d+ does not answer/, /user-service|new-service/, /AWS_ENDPOINT_URL/],
    },
    {
      name: 'init with an endpoint that does not answer',
      args: initNew,
      env: () => ({ AWS_ENDPOINT_URL: silent.endpoint }),
      says: [/http:\/\/127\.0\.0\.1:\d+ does not answer/, /user-service|new-service/, /AWS_ENDPOINT_URL/],
    },
  ];

  for (const { name, args, input, arrange, says, ...rest } of cases) {
    test(name, async () => {
      await arrange?.();
      const before = await state();
      const { exitCode, all } = await workspace.nx(args, {
        env: { ...env, ...rest.env?.() },
        timeout: patience,
        input,
      });
      assert.equal(exitCode, 1, `exit code ${exitCode} (127 is too slow)\n${all}`);
      assert.match(all, /^\s*(NX +)?what: /m);
      assert.match(all, /^\s*fix: /m);
      for (const pattern of says) assert.match(all, pattern);
      assert.doesNotMatch(all, /^\s+at .*\(.*:\d+:\d+\)/m, 'a stack trace helps nobody');
      assert.deepEqual(await state(), before);
      assert.deepEqual(
        Object.keys(aws.calls()).filter((operation) => writes.test(operation)),
        [],
      );
    });
  }

  /** What Git sees as changed, and how the file under test looks. */
  const state = async () => [
    await workspace.changes(),
    await readFile(join(workspace.path, secretFile), 'utf8'),
  ];

  async function replaceInFile(from, to) {
    const path = join(workspace.path, secretFile);
    const text = await readFile(path, 'utf8');
    assert.ok(text.includes(from), `the file should hold ${from}`);
    await writeFile(path, text.replaceAll(from, to));
  }

  /** Flips one bit of the ciphertext of KEY. */
  async function damage() {
    const text = await readFile(join(workspace.path, secretFile), 'utf8');
    const data = /KEY: ENC\[AES256_GCM,data:([^,]+),/.exec(text)[1];
    const bytes = Buffer.from(data, 'base64');
    bytes[0] ^= 1;
    await replaceInFile(`data:${data},`, `data:${bytes.toString('base64')},`);
  }

  async function takeOtherFile() {
    await copyFile(
      join(workspace.path, 'services/payment-service/secrets/dev.enc.yaml'),
      join(workspace.path, secretFile),
    );
  }
});
