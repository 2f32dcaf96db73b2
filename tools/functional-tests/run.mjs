/**
 * Runs the functional tests of the sops project, from a checkout of getsops/sops that is given, with sops-codec in the
 * place of the program:
 *
 *   node tools/functional-tests/run.mjs <checkout>
 *
 * Needs cargo and gpg. All that need neither Vault nor S3 are run, those of AWS KMS against local-aws. Nothing of the
 * checkout is kept: its tests are built into a temporary folder, and a file `sops` is put next to them.
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
const bin = resolve(import.meta.dirname, '../../packages/sops-codec/bin/sops-codec.js');
const cwd = resolve(checkout, 'functional-tests');
const temporary = await mkdtemp(join(tmpdir(), 'sops-functional-'));
const aws = await startLocalAws();
try {
  const credentials = {
    AWS_ENDPOINT_URL: aws.endpoint,
    AWS_REGION: 'us-west-2',
    AWS_ACCESS_KEY_ID: '123456789012',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  Object.assign(process.env, credentials);
  const kms = new KMSClient({});
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  kms.destroy();

  const program = join(cwd, 'sops');
  await writeFile(program, `#!/bin/sh\nexec '${process.execPath}' '${bin}' "$@"\n`);
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
  const plain = await cargo(['test', '--', '--test-threads=2', '--skip', 'publish']);
  const withKms = await cargo(['test', '--', '--test-threads=1', '--ignored', 'kms']);
  process.exitCode = plain.exitCode || withKms.exitCode;
} finally {
  await aws.stop();
  await execa('gpgconf', ['--homedir', temporary, '--kill', 'all'], { reject: false });
  await rm(temporary, { recursive: true, force: true });
}
