import {
  DescribeKeyCommand,
  GetKeyPolicyCommand,
  KMSClient,
  ListResourceTagsCommand,
} from '@aws-sdk/client-kms';
import { isFailed, type Report } from '../report';
import { account, region, useAwsWorkspace } from '../testing/aws-workspace.test-kit';
import { writeFiles } from '../testing/workspace.test-kit';

export const user = 'services/user-service';
export const payment = 'services/payment-service';
export const alias = 'alias/user-service-dev';

/** The creation rule of a service's stage. */
export const rule = (service: string, stage: string, where = `${region}:${account}`) =>
  `  - path_regex: ^secrets/${stage}\\.enc\\.\n    key_groups:\n      - kms:\n          - arn: arn:aws:kms:${where}:alias/${service}-${stage}\n            context: {service: ${service}, stage: ${stage}}\n`;

/** The `.sops.yaml` of a service. */
export const service = (root: string, ...stages: readonly string[]) => ({
  [`${root}/.sops.yaml`]: `creation_rules:\n${stages.map((stage) => rule(root.split('/')[1] ?? '', stage)).join('')}`,
});

/** The note of a report's first outcome. */
export const noteOf = ({ entries }: Report) => {
  const [entry] = entries;
  return entry && !isFailed(entry.outcome) ? (entry.outcome.note ?? '') : '';
};

/** A workspace for provisioning, with a client to look at keys with. */
export function useKeyWorkspace() {
  const workspace = useAwsWorkspace();
  let kms: KMSClient;
  beforeEach(() => {
    kms = new KMSClient({ endpoint: workspace.aws().endpoint });
  });
  afterEach(() => kms.destroy());

  const key = async (KeyId = alias) => (await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata!;
  return {
    ...workspace,
    kms: () => kms,
    key,
    keyPolicy: async (KeyId = alias) =>
      (await kms.send(new GetKeyPolicyCommand({ KeyId: (await key(KeyId)).KeyId }))).Policy,
    idOf: async (KeyId = alias) => (await key(KeyId)).KeyId!,
    tagsOf: async (KeyId: string) => {
      const { Tags = [] } = await kms.send(new ListResourceTagsCommand({ KeyId }));
      return new Map(Tags.map(({ TagKey, TagValue }) => [TagKey, TagValue]));
    },
    options: (given: object) =>
      writeFiles(workspace.directory(), {
        'nx.json': JSON.stringify({ plugins: [{ plugin: 'nx-secrets', options: given }] }),
      }),
    writes: () => Object.keys(workspace.aws().calls()).filter((call) => !/Describe|Get|List/.test(call)),
    /** Makes the key older than a month: nobody can still be making another for its alias. */
    settle: async () => {
      const createdAt = (await key()).CreationDate!.getTime();
      jest.spyOn(Date, 'now').mockReturnValue(createdAt + 31 * 24 * 60 * 60 * 1000);
    },
  };
}
