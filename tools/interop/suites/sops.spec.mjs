/** The real sops with KMS keys of local-aws and moto: what it encrypts through them, it decrypts again. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { awsEnvironment } from '../../aws/environment.mjs';
import { privateFolder } from '../../private-folder.mjs';
import { runProgram } from '../../programs/run-program.mjs';
import { awsClients, makeKey } from '../aws-clients.mjs';
import { backends } from '../backends.mjs';
import { sops } from '../programs/sops.mjs';

for (const backend of backends) {
  describe(`sops with keys of ${backend.name}`, () => {
    let server, folder, program, clients, arn, otherArn;

    const run = (...args) =>
      runProgram(program, args, {
        cwd: folder.path,
        env: awsEnvironment(server.endpoint, folder.path),
        timeout: 60_000,
      });
    const rule = (keyArn) =>
      JSON.stringify({
        creation_rules: [
          { path_regex: 'enc', key_groups: [{ kms: [{ arn: keyArn, context: { stage: 'dev' } }] }] },
        ],
      });

    before(async () => {
      [server, folder, program] = await Promise.all([
        backend.start(),
        privateFolder('interop-sops'),
        sops.find(),
      ]);
      clients = awsClients(server.endpoint);
      arn = await makeKey(clients, 'user-service-dev');
      otherArn = await makeKey(clients, 'user-service-prod');
      await writeFile(join(folder.path, '.sops.yaml'), rule(arn));
      await writeFile(join(folder.path, 'dev.enc.yaml'), 'PASSWORD: correct horse\nPORT: 5432\n');
      const { exitCode, all } = await run('encrypt', '--in-place', 'dev.enc.yaml');
      assert.equal(exitCode, 0, all);
    });
    after(async () => {
      await server?.stop();
      await folder?.remove();
    });

    test('the file holds no plaintext value and opens again', async () => {
      const text = await readFile(join(folder.path, 'dev.enc.yaml'), 'utf8');
      assert.doesNotMatch(text, /correct horse|5432/);
      const { stdout } = await run('decrypt', 'dev.enc.yaml');
      assert.equal(stdout, 'PASSWORD: correct horse\nPORT: 5432');
    });

    test('set, rotate and updatekeys leave a file that opens', async () => {
      assert.equal((await run('set', 'dev.enc.yaml', '["TOKEN"]', '"abc"')).exitCode, 0);
      assert.equal((await run('rotate', '--in-place', 'dev.enc.yaml')).exitCode, 0);
      await writeFile(join(folder.path, '.sops.yaml'), rule(otherArn));
      assert.equal((await run('updatekeys', '--yes', 'dev.enc.yaml')).exitCode, 0);
      assert.ok((await readFile(join(folder.path, 'dev.enc.yaml'), 'utf8')).includes(otherArn));
      const { stdout } = await run('decrypt', '--extract', '["TOKEN"]', 'dev.enc.yaml');
      assert.equal(stdout, 'abc');
    });

    test('a file whose encryption context was changed does not open', async () => {
      const text = await readFile(join(folder.path, 'dev.enc.yaml'), 'utf8');
      const changed = text.replace('stage: dev', 'stage: prod');
      assert.notEqual(changed, text);
      await writeFile(join(folder.path, 'changed.enc.yaml'), changed);
      const { exitCode, stderr } = await run('decrypt', 'changed.enc.yaml');
      assert.equal(exitCode, 128);
      assert.match(stderr, /InvalidCiphertextException/);
    });
  });
}
