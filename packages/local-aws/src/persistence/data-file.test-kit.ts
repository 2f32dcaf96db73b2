import { KMSClient } from '@aws-sdk/client-kms';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clients, destroyClients } from '../running-aws.test-kit';
import type { LocalAws } from '../local-aws';
import { startLocalAws } from '../start';

/** A local AWS with a data file in a folder of its own for each test. */
export interface AwsOnDisk {
  folder: string;
  dataFile: string;
  readonly port: number;
  start(accessKeyId?: string): Promise<Clients>;
  stop(): Promise<void>;
}

/** Makes the folder before each test of a file, and stops and removes everything after it. */
export function awsOnDisk(): AwsOnDisk {
  let aws: LocalAws | undefined;
  let open: Clients[] = [];
  const disk: AwsOnDisk = {
    folder: '',
    dataFile: '',
    get port() {
      return aws!.port;
    },
    start: async (accessKeyId = 'local') => {
      aws = await startLocalAws({ dataFile: disk.dataFile });
      const credentials = { accessKeyId, secretAccessKey: 'local' };
      const config = { endpoint: aws.endpoint, region: 'eu-west-1', credentials, maxAttempts: 1 };
      const clients = {
        kms: new KMSClient(config),
        secrets: new SecretsManagerClient(config),
        ssm: new SSMClient(config),
        sts: new STSClient(config),
      };
      open.push(clients);
      return clients;
    },
    stop: async () => {
      await aws?.stop();
      aws = undefined;
    },
  };
  beforeEach(async () => {
    disk.folder = await mkdtemp(join(tmpdir(), 'local-aws-'));
    disk.dataFile = join(disk.folder, 'state.json');
  });
  afterEach(async () => {
    destroyClients(open);
    open = [];
    await disk.stop();
    await rm(disk.folder, { recursive: true });
  });
  return disk;
}
