import * as kms from '@aws-sdk/client-kms';
import { parse } from 'sops-codec';
import type { LocalAws } from 'local-aws-secrets';
import type { PolicyDocument } from '../../policies/document';
import { account, region } from '../../testing/aws-workspace.test-kit';

/** A thief: credentials that leaked, or none, and the data keys of every file that Git ever had. */
export interface Loot {
  /** Policies of whoever lost the credentials; they may not change keys. */
  readonly policies: readonly PolicyDocument[];
  /** Data keys as KMS wrapped them, of files and pending values. */
  readonly wrapped: readonly string[];
  /** The keys and aliases that a thief may name. */
  readonly names: readonly string[];
  readonly context: Readonly<Record<string, string>>;
  /** A key of the thief's own, which they let a data key be encrypted for. */
  readonly ownKey: string;
}

/** Whoever may use every key for everything, and administer none. */
export const mayUseEveryKey: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'UseEveryKey',
      Effect: 'Allow',
      Action: ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'],
      Resource: ['*'],
    },
  ],
};

/** The wrapped data keys of a file's KMS recipients. */
export const wrappedOf = (text: string): readonly string[] =>
  parse(text, 'yaml')
    .metadata.groups.flat()
    .flatMap((one) => (one.kind === 'kms' ? [one.enc] : []));

type Try = readonly [name: string, attempt: () => Promise<unknown>];

const own = { accessKeyId: 'AKIATHIEF', secretAccessKey: 'stolen' };

/**
 * Tries everything that opens a data key: with each name of the key and without one, in each region, and by having it
 * encrypted again for a key of the thief's own.
 *
 * @returns what worked
 */
export async function steal(
  aws: LocalAws,
  { policies, wrapped, names, context, ownKey }: Loot,
  regions: readonly string[] = [region],
): Promise<readonly string[]> {
  aws.setIam({
    accounts: {
      [account]: { users: { victim: { accessKeys: { [own.accessKeyId]: own.secretAccessKey }, policies } } },
    },
  });
  const opened: string[] = [];
  try {
    for (const there of regions) {
      const client = new kms.KMSClient({
        endpoint: aws.endpoint,
        region: there,
        credentials: own,
        maxAttempts: 1,
      });
      for (const blob of new Set(wrapped)) {
        const CiphertextBlob = Buffer.from(blob, 'base64');
        const tries = [undefined, ...names].flatMap((KeyId): readonly Try[] => {
          const said = `${KeyId ?? 'no key named'}, ${there}`;
          const decrypt = { CiphertextBlob, EncryptionContext: context, KeyId };
          const again = { CiphertextBlob, SourceEncryptionContext: context, SourceKeyId: KeyId };
          return [
            [`Decrypt, ${said}`, () => client.send(new kms.DecryptCommand(decrypt))],
            [
              `ReEncrypt, ${said}`,
              () => client.send(new kms.ReEncryptCommand({ ...again, DestinationKeyId: ownKey })),
            ],
          ];
        });
        for (const [name, attempt] of tries) if (await attempt().then(yes, no)) opened.push(name);
      }
      client.destroy();
    }
  } finally {
    aws.setIam(undefined);
  }
  return [...new Set(opened)].sort();
}

const yes = () => true;
const no = () => false;
