import {
  DisableKeyCommand,
  DescribeKeyCommand,
  KMSClient,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import { useAwsWorkspace } from '../testing/aws-workspace.test-kit';

const workspace = useAwsWorkspace();
const root = 'services/user-service';
const alias = 'alias/user-service-dev';
const provision = `npx nx run ${root}:provision-keys --stage=dev --enable`;

workspace.prepare(async () => {
  await workspace.init({ directory: root, stages: 'dev' });
  await workspace.set(root, 'dev', 'DATABASE_URL', 'first');
});

const states = {
  disabled: (kms: KMSClient, KeyId: string) => kms.send(new DisableKeyCommand({ KeyId })),
  'scheduled for deletion': (kms: KMSClient, KeyId: string) =>
    kms.send(new ScheduleKeyDeletionCommand({ KeyId })),
};

/** Each verb, and the command that it prints: a key that is replaced at once is made usable for that run only. */
const commands = {
  set: provision,
  'rotate --data-key': provision,
  'rotate --key': 'aws kms enable-key --region eu-west-1 --key-id ',
};

const verbs = {
  set: () => workspace.set(root, 'dev', 'DATABASE_URL', 'second'),
  'rotate --data-key': () => workspace.rotate({ directory: root, stage: 'dev', dataKey: true }),
  'rotate --key': () => workspace.rotate({ directory: root, stage: 'dev', key: true }),
};

describe.each(Object.keys(states) as (keyof typeof states)[])('under a key that is %s', (state) => {
  test.each(Object.keys(verbs) as (keyof typeof verbs)[])('%s says how to enable it', async (verb) => {
    const kms = new KMSClient({ endpoint: workspace.aws().endpoint });
    const key = await kms.send(new DescribeKeyCommand({ KeyId: alias }));
    await states[state](kms, key.KeyMetadata!.KeyId!);
    kms.destroy();
    const before = workspace.read(`${root}/secrets/dev.enc.yaml`);
    const told: string[] = [];
    const { logger } = await import('@nx/devkit');
    jest.spyOn(logger, 'info').mockImplementation((text: string) => void told.push(text));
    await verbs[verb]().catch((error: Error) => told.push(error.message));
    expect(told.join('\n')).toContain(commands[verb]);
    expect(workspace.read(`${root}/secrets/dev.enc.yaml`)).toBe(before);
  });
});
