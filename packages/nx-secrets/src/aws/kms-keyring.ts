import { createKeyring, SopsError, type Keyring } from 'sops-codec';
import { parseKeyArn } from './arn';
import type { Clients } from './clients';

/**
 * A keyring that asks KMS in the region of each key. A role or profile that a file names for a KMS key is not used: a file
 * may name anybody's.
 */
export const kmsKeyring = (clientsIn: (region: string) => Pick<Clients, 'kms'>): Keyring =>
  createKeyring({
    awsKms: {
      clientFor: ({ arn }) => {
        const key = parseKeyArn(arn);
        return key ? clientsIn(key.region).kms() : Promise.reject(notKeyArn(arn));
      },
    },
    transport: 'private',
    // As in a session: KMS decides each time whether a file opens.
    rememberFor: 0,
  });

const notKeyArn = (arn: string) =>
  new SopsError('noDataKey', {
    what: 'not the ARN of a KMS key or alias',
    where: arn.slice(0, 120),
    fix: 'Write it as arn:aws:kms:<region>:<account>:alias/<name>.',
  });
