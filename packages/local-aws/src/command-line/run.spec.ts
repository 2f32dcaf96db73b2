import { execa } from 'execa';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run, type Terminal } from './run';

function recorder() {
  const said = { out: '', failures: [] as string[] };
  let stop: (() => void) | undefined;
  const terminal: Terminal = {
    out: (text) => (said.out += text),
    fail: (message) => said.failures.push(message),
    onStop: (callback) => (stop = callback),
  };
  return { said, terminal, stop: () => stop?.() };
}

const argv = (...args: string[]): string[] => ['node', 'local-aws', ...args];

describe('local-aws', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'local-aws-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('says where it listens and what to export, and ends when told to', async () => {
    const { said, terminal, stop } = recorder();
    await run(argv('--port', '0'), terminal);
    const endpoint = /listens on (http:\/\/127\.0\.0\.1:\d+)\n/.exec(said.out)![1]!;
    expect(said.out).toContain(`export AWS_ENDPOINT_URL=${endpoint}\n`);
    for (const name of ['AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) {
      expect(said.out).toMatch(new RegExp(`^export ${name}=\\S+$`, 'm'));
    }
    expect((await fetch(`${endpoint}/_local-aws/health`)).status).toBe(200);
    stop();
    await expect(fetch(`${endpoint}/_local-aws/health`)).rejects.toThrow();
    expect(said.failures).toEqual([]);
  });

  it('shows the version of the package', async () => {
    const { version } = JSON.parse(await readFile(join(__dirname, '../../package.json'), 'utf8')) as {
      version: string;
    };
    const program = join(__dirname, '../../bin/local-aws.js');
    expect((await execa(process.execPath, [program, '--version'])).stdout).toBe(version);
  });

  it('says that the port is in use and what to do', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const { said, terminal } = recorder();
    await run(argv('--port', String(port)), terminal);
    other.close();
    expect(said.failures).toEqual([expect.stringMatching(`Port ${port} .* in use.*--port`)]);
  });

  it('says what is wrong with the data file, and leaves it as it is', async () => {
    const data = join(folder, 'data.json');
    await writeFile(data, 'not JSON');
    const { said, terminal } = recorder();
    await run(argv('--port', '0', '--data', data), terminal);
    expect(said).toEqual({ out: '', failures: [expect.stringMatching(/data\.json is damaged.*--data/)] });
    expect(await readFile(data, 'utf8')).toBe('not JSON');
  });

  it('says where the IAM file is wrong, without its secrets', async () => {
    const iam = join(folder, 'iam.json');
    const user = { accessKeys: { AKIAEXAMPLE: 'hidden' }, policies: [{ Statement: { Effect: 'Perhaps' } }] };
    await writeFile(iam, JSON.stringify({ accounts: { '111122223333': { users: { a: user } } } }));
    const { said, terminal } = recorder();
    await run(argv('--port', '0', '--iam', iam), terminal);
    const place = 'accounts.111122223333.users.a.policies[0].Statement.Effect must be Allow or Deny';
    expect(said).toEqual({ out: '', failures: [`The IAM file ${iam} cannot be used: ${place}.`] });

    await writeFile(iam, '{"secret": hidden');
    await run(argv('--port', '0', '--iam', iam), terminal);
    expect(said.failures[1]).toBe(`The IAM file ${iam} is not JSON.`);
    await run(argv('--port', '0', '--iam', join(folder, 'none')), terminal);
    expect(said.failures[2]).toMatch(/Cannot read the IAM file .*none: the file does not exist/);
  });

  it('tells to use the credentials of a user in the IAM file', async () => {
    const iam = join(folder, 'iam.json');
    await writeFile(iam, JSON.stringify({ accounts: {} }));
    const { said, terminal, stop } = recorder();
    await run(argv('--port', '0', '--iam', iam), terminal);
    stop();
    expect(said.out).toContain(`of a user in ${iam}`);
    expect(said.out).not.toContain('=local');
  });
});
