import { CreateSecretCommand, GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kmsOperations } from '../kms';
import { secretsManagerOperations } from '../secrets-manager';
import { ssmOperations } from '../ssm';
import { kmsSteps } from './kms-writes.test-kit';
import { secretsManagerSteps } from './secrets-manager-writes.test-kit';
import { ssmSteps } from './ssm-writes.test-kit';
import type { Answer } from './write-step.test-kit';
import { type ServerProcess, startServerProcess } from './kill.test-kit';

let folder: string;
let dataFile: string;
let server: ServerProcess | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'local-aws-kill-'));
  dataFile = join(folder, 'state.json');
});
afterEach(async () => {
  await server?.kill();
  server = undefined;
  await rm(folder, { recursive: true });
});

async function restart(): Promise<void> {
  await server?.kill();
  server = await startServerProcess(dataFile);
}

const reading = /^(?:Get|List|Describe|Encrypt|Decrypt|ReEncrypt|GenerateDataKey|Validate|BatchGet)/;

describe('a server that is killed right after an answer', () => {
  it.each([
    ['KMS', kmsSteps, kmsOperations],
    ['Secrets Manager', secretsManagerSteps, secretsManagerOperations],
    ['SSM Parameter Store', ssmSteps, ssmOperations],
  ] as const)(
    'has the effect of every operation of %s',
    async (_service, steps, operations) => {
      const all = steps((region) => server!.clients(region));
      const writing = Object.keys(operations).filter((name) => !reading.test(name));
      expect([...new Set(all.map(({ operation }) => operation))].sort()).toEqual(writing.sort());
      await restart();
      for (const { operation, run, see } of all) {
        const answer = await run();
        await restart();
        await see(answer as Answer).catch((error: unknown) => {
          throw new Error(`${operation} was lost`, { cause: error });
        });
      }
    },
    120_000,
  );

  it('knows the sessions that STS gave out', async () => {
    await restart();
    const RoleArn = 'arn:aws:iam::444455556666:role/r';
    const { Credentials } = await server!
      .clients()
      .sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'session' }));
    await restart();
    expect(await readFile(dataFile, 'utf8')).toContain(Credentials!.AccessKeyId!);
  });

  it('has every value that was answered among many at once, and its file is free', async () => {
    for (let round = 0; round < 4; round += 1) {
      await restart();
      const answered: string[] = [];
      let killed = false;
      const create = async (worker: number): Promise<void> => {
        for (let count = 0; !killed; count += 1) {
          const Name = `${round}-${worker}-${count}`;
          await server!.clients().secrets.send(new CreateSecretCommand({ Name, SecretString: Name }));
          answered.push(Name);
          if (answered.length >= 40 && !killed) {
            killed = true;
            await server!.kill();
          }
        }
      };
      await Promise.all(Array.from({ length: 6 }, (_, worker) => create(worker).catch(() => undefined)));
      server = undefined;
      await restart();
      for (const Name of answered) {
        const { SecretString } = await server!
          .clients()
          .secrets.send(new GetSecretValueCommand({ SecretId: Name }));
        expect(SecretString).toBe(Name);
      }
    }
    expect((await readdir(folder)).sort()).toEqual(['state.json', 'state.json.lock']);
  }, 60_000);

  it('is refused by the other process, by name, while it runs', async () => {
    await restart();
    await expect(startServerProcess(dataFile)).rejects.toThrow(
      /^local-aws: The data file .* is in use by another/,
    );
  });
});
