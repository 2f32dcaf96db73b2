import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import { awsEnvironment } from '../aws/environment.mjs';
import { needProgram } from '../programs/run-program.mjs';
import { awsClients, makeKey } from './aws-clients.mjs';
import { backends } from './backends.mjs';

/**
 * Those who can hold a data key: how each is named to the codec and in a creation rule of sops, and the environment in
 * which both programs reach it.
 */
export const keyBackends = [
  ...backends.map((backend) => ({
    name: `a KMS key of ${backend.name}`,
    async start(folder) {
      const server = await backend.start();
      const arn = await makeKey(awsClients(server.endpoint), 'user-service-dev');
      const context = { service: 'user-service', stage: 'dev' };
      return {
        recipient: { kind: 'kms', arn, context, awsProfile: '' },
        keyGroup: { kms: [{ arn, context }] },
        env: awsEnvironment(server.endpoint, folder),
        stop: server.stop,
      };
    },
  })),
  {
    name: 'age',
    async start() {
      const identity = await generateIdentity();
      const recipient = await identityToRecipient(identity);
      return {
        recipient: { kind: 'age', recipient },
        keyGroup: { age: [recipient] },
        env: { SOPS_AGE_KEY: identity },
        stop: () => Promise.resolve(),
      };
    },
  },
  {
    name: 'PGP',
    async start(folder) {
      const home = join(folder, 'gnupg');
      await mkdir(home, { mode: 0o700 });
      const env = { GNUPGHOME: home };
      const gpg = (...args) => needProgram('gpg', ['--batch', '--passphrase', '', ...args], { env });
      await gpg('--quick-generate-key', 'dev@example.com', 'default', 'default', 'never');
      const { stdout } = await gpg('--with-colons', '--list-keys', 'dev@example.com');
      const fp = /^fpr:+([0-9A-F]{40}):/m.exec(stdout)[1];
      return {
        recipient: { kind: 'pgp', fp },
        keyGroup: { pgp: [fp] },
        env,
        // The agent would outlive its folder.
        stop: () => needProgram('gpgconf', ['--kill', 'all'], { env }),
      };
    },
  },
];
