import { KMSClient } from '@aws-sdk/client-kms';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { execa } from 'execa';
import { join } from 'node:path';
import { type Clients, destroyClients } from '../running-aws.test-kit';

/** The program as it is published. */
const program = join(__dirname, '../../bin/local-aws.js');

export interface ServerProcess {
  readonly endpoint: string;
  clients(region?: string): Clients;
  /** Ends the process with SIGKILL, and waits until it is gone. */
  kill(): Promise<void>;
}

/**
 * Starts local-aws as a process of its own on a data file.
 * @throws Error with what the program printed, where it ends before it listens
 */
export async function startServerProcess(dataFile: string): Promise<ServerProcess> {
  const child = execa(process.execPath, [program, '--port', '0', '--data', dataFile], { reject: false });
  const open: Clients[] = [];
  const endpoint = await new Promise<string>((resolve, reject) => {
    let printed = '';
    child.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
      const [, found] = /listens on (http:\S+)\n/.exec(printed) ?? [];
      if (found !== undefined) resolve(found);
    });
    void child.then(({ stderr }) => reject(new Error(stderr)));
  });
  return {
    endpoint,
    clients: (region = 'eu-west-1') => {
      const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
      const config = { endpoint, region, credentials, maxAttempts: 1 };
      const created = {
        kms: new KMSClient(config),
        secrets: new SecretsManagerClient(config),
        ssm: new SSMClient(config),
        sts: new STSClient(config),
      };
      open.push(created);
      return created;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await child;
      destroyClients(open);
    },
  };
}
