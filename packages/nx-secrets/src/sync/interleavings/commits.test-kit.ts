import { encrypt, readPlain, serialize, type EncryptedFile, type Keyring } from 'sops-codec';
import { account, region } from '../../testing/aws-workspace.test-kit';
import { concluded, lookBack, nothingSeen } from '../ancestry';
import { stepsOf, withinOf, type CommitGraph } from '../commit-graph.test-kit';
import type { Answer, History } from '../history';
import type { Desired } from '../states';
import { tokenOf, tokensOf } from '../token';

/** The contents that a file can have in a test. */
export const letters = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L'] as const;
export type Letter = (typeof letters)[number];

/** The commits of one secret file, of all branches. */
export type Commits = CommitGraph<Letter>;

/** The secret file in one content. */
export interface Content {
  readonly bytes: Uint8Array;
  readonly file: EncryptedFile;
  readonly token: string;
}

export const keyAlias = 'alias/user-service-dev';
const keyArn = `arn:aws:kms:${region}:${account}:${keyAlias}`;

/** Opens what it has locked: these tests are about Secrets Manager. */
export const openKeyring: Keyring = {
  wrap: async (_, key) => Buffer.from(key).toString('base64'),
  unwrap: async ({ enc }) => Uint8Array.from(Buffer.from(enc, 'base64')),
};

/** A secret file, encrypted, in each content. */
export async function makeContents(): Promise<Readonly<Record<Letter, Content>>> {
  const contents = await Promise.all(
    letters.map(async (letter): Promise<[Letter, Content]> => {
      const file = await encrypt(
        readPlain(`KEY: ${letter}\n`, 'yaml'),
        { format: 'yaml', groups: [[{ kind: 'kms', arn: keyArn, awsProfile: '' }]] },
        openKeyring,
      );
      const bytes = serialize(file);
      return [letter, { file, bytes, token: tokenOf(bytes) }];
    }),
  );
  return Object.fromEntries(contents) as Record<Letter, Content>;
}

/** What a checkout with a content wants a secret to be. */
export const desiredBy = (secretName: string, { file, token }: Content): Desired => ({
  names: {
    service: 'user-service',
    stage: 'dev',
    secretName,
    keyAlias,
    address: { root: 'services/user-service' },
  },
  path: 'services/user-service/secrets/dev.enc.yaml',
  scope: { region, accountId: account },
  keyArn,
  token,
  output: 'json',
  file,
  uncommitted: false,
  tags: { 'managed-by': 'nx-secrets', service: 'user-service', stage: 'dev' },
  description: 'Secrets of user-service, stage dev',
  replicaRegions: [],
});

/** The history that a checkout of one of the commits has: what Git would say of these commits. */
export const historyAt =
  (commits: Commits, head: number, contents: Readonly<Record<Letter, Content>>): History =>
  async (questions) => {
    const within = withinOf(commits);
    const steps = stepsOf(commits, head, (letter) => (letter ? tokensOf(contents[letter].bytes) : []));
    const answers = new Map<Desired, Answer>();
    for (const { desired, current, previous } of questions) {
      let found = nothingSeen;
      for (const step of steps)
        found = await lookBack(found, step, { token: desired.token, current, previous }, within);
      answers.set(desired, { ancestry: await concluded(found, false, within) });
    }
    return answers;
  };
