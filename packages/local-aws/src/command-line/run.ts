import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { codeOf, messageOf } from '../failure';
import { readIamFile } from './iam-file';
import type { LocalAws } from '../local-aws';
import { startLocalAws } from '../start';

/** What the command line needs of its process. */
export interface Terminal {
  out(text: string): void;
  /** Reports an error; the exit code will be 1. */
  fail(message: string): void;
  /** Calls back when the user wants the program to end. */
  onStop(stop: () => void): void;
}

interface CommandOptions {
  readonly port: number;
  readonly data?: string;
  readonly iam?: string;
}

const defaultPort = 4599;

/** The command line `local-aws`: runs until it is stopped, then saves and ends. */
export async function run(argv: readonly string[], terminal: Terminal): Promise<void> {
  const command = new Command('local-aws-secrets')
    .description(
      'AWS KMS, Secrets Manager, SSM Parameter Store and STS on loopback, for local work and tests',
    )
    .option('--port <number>', 'port on 127.0.0.1', portNumber, defaultPort)
    .option(
      '--data <file>',
      'keep keys and secrets in this file instead of in memory; it holds unencrypted KMS keys, so keep it outside of any repository, as in ~/.local-aws.json',
    )
    .version(packageVersion(), '--version', 'show the version')
    .option('--iam <file>', 'verify signatures and evaluate the policies of the users and roles in this file')
    .action(async (options: CommandOptions) => {
      await serve(options, terminal);
    });
  await command.parseAsync(argv);
}

async function serve({ port, data, iam }: CommandOptions, terminal: Terminal): Promise<void> {
  let localAws: LocalAws;
  try {
    localAws = await startLocalAws({
      port,
      ...(data === undefined ? {} : { dataFile: data }),
      ...(iam === undefined ? {} : { iam: await readIamFile(iam) }),
    });
  } catch (error) {
    terminal.fail(startProblem(error, port));
    return;
  }
  terminal.out(greeting(localAws.endpoint, iam));
  terminal.onStop(() => {
    localAws.stop().catch((error: unknown) => {
      terminal.fail(messageOf(error));
    });
  });
}

function greeting(endpoint: string, iam: string | undefined): string {
  const accessKey =
    iam === undefined
      ? ['export AWS_ACCESS_KEY_ID=local', 'export AWS_SECRET_ACCESS_KEY=local']
      : [`# and the AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY of a user in ${iam}`];
  return [
    `local-aws listens on ${endpoint}`,
    `export AWS_ENDPOINT_URL=${endpoint}`,
    // boto3 and version 1 of the AWS CLI read the second one only.
    'export AWS_REGION=eu-west-1',
    'export AWS_DEFAULT_REGION=eu-west-1',
    ...accessKey,
    '',
  ].join('\n');
}

function startProblem(error: unknown, port: number): string {
  const code = codeOf(error);
  if (code === 'EADDRINUSE') {
    return `Port ${port} on 127.0.0.1 is in use. Stop the program that uses it, or choose another port with --port.`;
  }
  if (code === 'EACCES')
    return `No permission to listen on port ${port}. Choose a port above 1023 with --port.`;
  return messageOf(error);
}

function packageVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8'));
  return (manifest as { readonly version: string }).version;
}

function portNumber(value: string): number {
  const port = Number(value);
  if (/^\d{1,5}$/.test(value) && port <= 65_535) return port;
  throw new InvalidArgumentError('It must be a whole number from 0 to 65535.');
}
