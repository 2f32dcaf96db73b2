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
    for (const name of ['AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) {
      expect(said.out).toMatch(new RegExp(`^export ${name}=\\S+$`, 'm'));
    }
    expect((await fetch(`${endpoint}/_local-aws/health`)).status).toBe(200);
    stop();
    await expect(fetch(`${endpoint}/_local-aws/health`)).rejects.toThrow();
    expect(said.failures).toEqual([]);
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
});
