/**
 * Runs the functional tests of the sops project, from a checkout of getsops/sops that is given, with sops-codec in the
 * place of the program:
 *
 *   node tools/functional-tests/run.mjs <checkout>
 *
 * Needs cargo and gpg. Those of AWS KMS are run against local-aws, those of Vault and S3 against services on loopback
 * (packages/sops-codec/test/publish-server.cjs). Nothing of the checkout is kept: its tests are built into a temporary folder, and a file `sops` is put next to them.
 */
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';

const checkout = process.argv[2];
if (!checkout) {
  console.error('Name a checkout: node tools/functional-tests/run.mjs <checkout of getsops/sops>');
  process.exit(1);
}

const require = createRequire(import.meta.url);
const { startLocalAws } = require('local-aws-secrets');
const { CreateKeyCommand, KMSClient } = require('@aws-sdk/client-kms');
const { startPublishServer } = require('../../packages/sops-codec/test/publish-server.cjs');
const bin = resolve(import.meta.dirname, '../../packages/sops-codec/bin/sops-codec.js');
const cwd = resolve(checkout, 'functional-tests');
const temporary = await mkdtemp(join(tmpdir(), 'sops-functional-'));
const aws = await startLocalAws();
const accessKeyId = '123456789012';
const destinations = await startPublishServer({ buckets: ['sops-publish-functional-tests'], accessKeyId });
try {
  const credentials = {
    AWS_ENDPOINT_URL: aws.endpoint,
    AWS_ENDPOINT_URL_S3: destinations.url,
    VAULT_ADDR: destinations.env.VAULT_ADDR,
    VAULT_TOKEN: destinations.env.VAULT_TOKEN,
    AWS_REGION: 'us-west-2',
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  Object.assign(process.env, credentials);
  const kms = new KMSClient({});
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  kms.destroy();

  const program = join(cwd, 'sops');
  // Three tests compare the whole text of an error: the lines that sops does not have are left out.
  const added = `2> >(grep -vE '^  (where|fix): ' >&2)`;
  await writeFile(program, `#!/bin/bash\n'${process.execPath}' '${bin}' "$@" ${added}\n`);
  await chmod(program, 0o755);
  const env = {
    GNUPGHOME: temporary,
    CARGO_TARGET_DIR: join(temporary, 'target'),
    FUNCTIONAL_TEST_KMS_ARN: KeyMetadata.Arn,
  };
  await execa('gpg', ['--batch', '--import', resolve(checkout, 'pgp/sops_functional_tests_key.asc')], {
    env,
  });
  const cargo = (args) => execa('cargo', args, { cwd, env, stdio: 'inherit', reject: false });
  // The toolchain that the checkout pins need not be the one that is here.
  env.RUSTUP_TOOLCHAIN = process.env.RUSTUP_TOOLCHAIN ?? 'stable';
  const plain = await cargo(['test', '--', '--test-threads=2']);
  const withAws = await cargo(['test', '--', '--test-threads=1', '--ignored']);
  // They do not look at the destinations themselves.
  const published = [...destinations.objects.keys(), ...destinations.secrets.keys()];
  console.log(`published: ${published.join(', ')}`);
  process.exitCode = plain.exitCode || withAws.exitCode || (published.length === 3 ? 0 : 1);
} finally {
  await aws.stop();
  await destinations.stop();
  await execa('gpgconf', ['--homedir', temporary, '--kill', 'all'], { reject: false });
  await rm(temporary, { recursive: true, force: true });
}
