import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generateHybridIdentity, generateIdentity, identityToRecipient } from 'age-encryption';
import { echoPlugin } from './age-plugin.mjs';
import { awsEnvironment } from '../aws/environment.mjs';
import { needProgram } from '../programs/run-program.mjs';
import { awsClients, makeKey } from './aws-clients.mjs';
import { backends } from './backends.mjs';

const ageCustody = (recipient, env) => ({
  recipient: { kind: 'age', recipient },
  keyGroup: { age: [recipient] },
  env,
  stop: () => Promise.resolve(),
});

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
      return ageCustody(await identityToRecipient(identity), { SOPS_AGE_KEY: identity });
    },
  },
  {
    name: 'post-quantum age',
    firstRuleOnly: true,
    async start() {
      const identity = await generateHybridIdentity();
      return ageCustody(await identityToRecipient(identity), { SOPS_AGE_KEY: identity });
    },
  },
  ...['ed25519', 'rsa'].map((type) => ({
    name: `an SSH key (${type})`,
    firstRuleOnly: true,
    async start(folder) {
      const path = join(folder, `ssh-${type}`);
      await needProgram('ssh-keygen', ['-q', '-t', type, '-N', '', '-C', 'a comment', '-f', path]);
      const recipient = (await readFile(`${path}.pub`, 'utf8')).trim();
      return ageCustody(recipient, { SOPS_AGE_KEY: undefined, SOPS_AGE_SSH_PRIVATE_KEY_FILE: path });
    },
  })),
  {
    name: 'an age plugin',
    // Each call starts a program of Node's.
    oneFormat: true,
    firstRuleOnly: true,
    options: { age: { plugins: ['echo'] } },
    async start(folder) {
      const { recipient, identity, path } = await echoPlugin(folder);
      return ageCustody(recipient, {
        SOPS_AGE_KEY: identity,
        SOPS_AGE_SSH_PRIVATE_KEY_FILE: undefined,
        PATH: path,
      });
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
