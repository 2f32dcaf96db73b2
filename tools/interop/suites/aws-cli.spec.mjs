/** The aws command line, unchanged, against local-aws and (so that this suite asks nothing but AWS) against moto. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { awsEnvironment } from '../../aws/environment.mjs';
import { privateFolder } from '../../private-folder.mjs';
import { runProgram } from '../../programs/run-program.mjs';
import { backends } from '../backends.mjs';
import { pythonProgram } from '../programs/python.mjs';

for (const backend of backends) {
  describe(`aws CLI against ${backend.name}`, () => {
    let server, folder, env, keyArn;

    /** Runs `aws` and gives its JSON answer, or the name of AWS's error. */
    async function aws(...args) {
      const { exitCode, stdout, stderr } = await runProgram(
        pythonProgram('aws'),
        [...args, '--output', 'json'],
        { env, timeout: 60_000 },
      );
      if (exitCode === 0) return stdout === '' ? {} : JSON.parse(stdout);
      return { error: /\((\w+)\) when calling/.exec(stderr)?.[1] ?? stderr };
    }

    before(async () => {
      [server, folder] = await Promise.all([backend.start(), privateFolder('interop-aws-cli')]);
      env = awsEnvironment(server.endpoint, folder.path);
      const created = await aws('kms', 'create-key', '--description', 'user-service dev');
      keyArn = created.KeyMetadata.Arn;
      await aws('kms', 'create-alias', '--alias-name', 'alias/user-service-dev', '--target-key-id', keyArn);
    });
    after(async () => {
      await server?.stop();
      await folder?.remove();
    });

    test('an alias, its ARN, the key id and the key ARN name the same key', async () => {
      const aliasArn = keyArn.replace(/key\/.*/, 'alias/user-service-dev');
      for (const id of ['alias/user-service-dev', aliasArn, keyArn.split('/')[1], keyArn]) {
        const { KeyMetadata } = await aws('kms', 'describe-key', '--key-id', id);
        assert.equal(KeyMetadata.Arn, keyArn, id);
      }
    });

    test('what is encrypted under a context is decrypted under the same one only', async () => {
      const key = ['--key-id', 'alias/user-service-dev'];
      const context = (value) => ['--encryption-context', value];
      const { CiphertextBlob } = await aws(
        ...['kms', 'encrypt', ...key, '--plaintext', 'aGVsbG8=', ...context('stage=dev')],
      );
      await writeFile(join(folder.path, 'blob'), CiphertextBlob, 'base64');
      const blob = ['--ciphertext-blob', `fileb://${folder.path}/blob`];
      const same = await aws('kms', 'decrypt', ...blob, ...context('stage=dev'));
      const other = await aws('kms', 'decrypt', ...blob, ...context('stage=prod'));
      assert.equal(Buffer.from(same.Plaintext, 'base64').toString(), 'aGVsbG8=');
      assert.equal(other.error, 'InvalidCiphertextException');
    });

    test('a secret is created, described, updated by a token, and read back', async () => {
      const id = ['--secret-id', '/services/user-service/dev'];
      const [first, second] = ['a', 'b'].map((letter) => letter.repeat(64));
      const created = await aws(
        ...['secretsmanager', 'create-secret', '--name', '/services/user-service/dev'],
        ...['--kms-key-id', 'alias/user-service-dev', '--client-request-token', first],
        ...['--secret-string', '{"A":"1"}', '--tags', 'Key=managed-by,Value=nx-secrets'],
      );
      assert.match(created.ARN, /:secret:\/services\/user-service\/dev-[A-Za-z0-9]{6}$/);
      await aws(
        ...['secretsmanager', 'put-secret-value', ...id, '--client-request-token', second],
        ...['--secret-string', '{"A":"2"}', '--version-stages', 'staged'],
      );
      await aws(
        ...['secretsmanager', 'update-secret-version-stage', ...id, '--version-stage', 'AWSCURRENT'],
        ...['--move-to-version-id', second, '--remove-from-version-id', first],
      );
      const { VersionIdsToStages, Tags } = await aws('secretsmanager', 'describe-secret', ...id);
      assert.deepEqual(VersionIdsToStages[first], ['AWSPREVIOUS']);
      assert.ok(VersionIdsToStages[second].includes('AWSCURRENT'));
      assert.deepEqual(Tags, [{ Key: 'managed-by', Value: 'nx-secrets' }]);
      const read = await aws('secretsmanager', 'get-secret-value', ...id, '--version-stage', 'AWSCURRENT');
      assert.equal(read.SecretString, '{"A":"2"}');
    });

    test('what is not there is AWS’s own error', async () => {
      const secret = await aws('secretsmanager', 'get-secret-value', '--secret-id', '/services/none/dev');
      const key = await aws('kms', 'describe-key', '--key-id', 'alias/none');
      assert.equal(secret.error, 'ResourceNotFoundException');
      assert.equal(key.error, 'NotFoundException');
    });

    test('STS says who asks and hands out a role', async () => {
      const { Account } = await aws('sts', 'get-caller-identity');
      const role = `arn:aws:iam::${Account}:role/secrets-sync`;
      const { Credentials } = await aws(
        ...['sts', 'assume-role', '--role-arn', role, '--role-session-name', 'interop'],
      );
      assert.match(Account, /^\d{12}$/);
      assert.ok(Credentials.SessionToken.length > 0);
    });
  });
}
