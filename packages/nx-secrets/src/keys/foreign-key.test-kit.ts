import { CreateKeyCommand, KMSClient, type CreateKeyCommandInput } from '@aws-sdk/client-kms';
import { account, region, useAwsWorkspace } from '../testing/aws-workspace.test-kit';

export const user = 'services/user-service';

/** Calls of KMS that change a key, an alias or a grant. */
const changes = /^kms:(?!Describe|Get|List|Encrypt|Decrypt|GenerateDataKey|ReEncrypt)/;

/** A workspace whose service has a key that a platform team makes: as that team makes it, outside of nx-secrets. */
export function useForeignKey() {
  const workspace = useAwsWorkspace();
  const makeKey = async (input: CreateKeyCommandInput = {}, inRegion = region): Promise<string> => {
    const kms = new KMSClient({ endpoint: workspace.aws().endpoint, region: inRegion });
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Description: 'Platform', ...input }));
    kms.destroy();
    return KeyMetadata!.Arn!;
  };
  return {
    ...workspace,
    makeKey,
    /** Writes nx.json, with keys of the one service by stage. */
    configure: (
      kmsKeyArn: Readonly<Record<string, string>> | undefined,
      stages: object = { dev: { region, accountId: account } },
    ) =>
      workspace.write({
        'nx.json': JSON.stringify({
          plugins: [
            {
              plugin: 'nx-secrets',
              options: { stages, ...(kmsKeyArn ? { services: { [user]: { kmsKeyArn } } } : {}) },
            },
          ],
        }),
      }),
    /** Calls that changed any key since `resetCalls`. */
    keyChanges: () => Object.keys(workspace.aws().calls()).filter((call) => changes.test(call)),
  };
}
