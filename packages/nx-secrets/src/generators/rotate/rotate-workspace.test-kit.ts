import { DescribeKeyCommand, KMSClient, ListKeysCommand } from '@aws-sdk/client-kms';
import { ListSecretVersionIdsCommand } from '@aws-sdk/client-secrets-manager';
import { logger } from '@nx/devkit';
import { createKeyring, decrypt, parse } from 'sops-codec';
import { outcomes, useAwsWorkspace } from '../../testing/aws-workspace.test-kit';

export const user = 'services/user-service';
export const devFile = `${user}/secrets/dev.enc.yaml`;
export const alias = 'alias/user-service-dev';
export const secret = '/services/user-service/dev';
export const values = { DATABASE_URL: 'postgres://u:hunter2@h', smtp: { password: 'x1' } };

/** The data key of a file as its first recipient has it. */
export const wrappedIn = (text: string) => parse(text, 'yaml').metadata.groups[0]![0]!.enc;
/** What was printed. */
export const said = () => jest.mocked(logger.info).mock.calls.flat().join('\n');

/** A workspace with a stage whose secret is pushed, and looks at its keys. */
export function useRotateWorkspace() {
  const workspace = useAwsWorkspace();
  let kms: KMSClient;
  beforeEach(() => {
    kms = new KMSClient({ endpoint: workspace.aws().endpoint });
  });
  workspace.prepare(async () => {
    await workspace.init({ directory: user, stages: 'dev' });
    await workspace.set(user, 'dev', 'DATABASE_URL', values.DATABASE_URL);
    await workspace.set(user, 'dev', 'smtp.password', values.smtp.password);
    await workspace.commit();
    await workspace.sync([user]);
  });
  afterEach(() => kms.destroy());
  return {
    ...workspace,
    kms: () => kms,
    keyOf: async (KeyId = alias) => {
      const { KeyMetadata: key } = await kms.send(new DescribeKeyCommand({ KeyId }));
      return {
        id: key!.KeyId!,
        state: key!.KeyState,
        description: key!.Description,
        going: key!.DeletionDate,
      };
    },
    keyCount: async () => (await kms.send(new ListKeysCommand({}))).Keys!.length,
    valueNow: async () => JSON.parse((await workspace.valueOf(secret)) ?? '') as unknown,
    open: async (text = workspace.read(devFile)) =>
      (await decrypt(parse(text, 'yaml'), createKeyring())).documents,
    /** Runs rotate on the stage; what was printed before is forgotten. */
    rotate: async (options: Partial<Parameters<typeof workspace.rotate>[0]> = { key: true }) => {
      jest.mocked(logger.info).mockClear();
      await workspace.rotate({ directory: user, stage: 'dev', ...options });
    },
    rotateOther: workspace.rotate,
    commitAndSync: async () => {
      await workspace.commit();
      return outcomes(await workspace.sync([user]));
    },
    keysOfVersions: async () => {
      const { Versions } = await workspace
        .client()
        .send(new ListSecretVersionIdsCommand({ SecretId: secret }));
      return new Map(
        Versions!.flatMap(({ VersionStages, KmsKeyIds }) =>
          VersionStages!.map((label) => [label, KmsKeyIds![0]!]),
        ),
      );
    },
  };
}
