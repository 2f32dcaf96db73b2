import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { useAwsWorkspace } from '../testing/aws-workspace.test-kit';
import { blockOf, blocksOf, commandsUnder, readGuide } from '../testing/guide.test-kit';
import { pasteInto, sopsCodec, wordsOf, type Filled } from '../testing/pasted.test-kit';
import { within } from '../testing/within.test-kit';
import { leaver, moved, nonprod, prod, signIns } from './accounts.test-kit';
import { awsAs, keyId, optionOf } from './aws-of-profiles.test-kit';
import { company } from './company.test-kit';
import { runPipeline } from './pipeline.test-kit';
import { readAsService } from './read-as-service.test-kit';
import { runMany } from './run-many.test-kit';

/** What the commands of the guide ask for. */
const values: Readonly<Record<string, string>> = {
  DATABASE_URL: 'postgres://orders',
  STRIPE_KEY: 'sk_of_payments',
  MAIL_KEY: 'mail_of_invoices',
};

/** Objects put together, member by member. */
function merged<T>(one: T, other: unknown): T {
  const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isObject(one) || !isObject(other)) return other as T;
  const members = Object.entries(other).map(([name, value]) => [name, merged(one[name], value)]);
  return { ...one, ...(Object.fromEntries(members) as object) };
}

/** `NAME=value` before a command, and the command. */
function withVariables(command: string) {
  const [, prefix = '', rest = ''] = /^((?:[A-Z_]+=\S+ )*)(.*)$/.exec(command) ?? [];
  const pairs = prefix.split(' ').filter(Boolean);
  return { rest, variables: Object.fromEntries(pairs.map((one) => one.split('=') as [string, string])) };
}

/** An empty repository and a company with two accounts, in which the commands of docs/roll-out.md are run as they are. */
export function useRollOut() {
  const workspace = useAwsWorkspace();
  const { directory, aws, git } = workspace;
  const guide = readGuide('roll-out.md');
  const { paste } = pasteInto(workspace);
  let ours: ReturnType<typeof company>;
  let printed: string[];

  beforeEach(async () => {
    ours = company(aws, [nonprod, prod, moved]);
    printed = [];
    const keep = (text: unknown) => void printed.push(String(text));
    jest.spyOn(console, 'log').mockImplementation(keep);
    jest.spyOn(console, 'error').mockImplementation(keep);
    jest.spyOn(process.stderr, 'write').mockImplementation((text) => (keep(text), true));
    jest.spyOn(process.stdout, 'write').mockImplementation((text) => (keep(text), true));
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_REGION']) delete process.env[name];
    process.env['AWS_CONFIG_FILE'] = join(directory(), '.git/aws-config');
    await git('config', 'user.name', 'Test');
    await git('config', 'user.email', 'test@localhost');
    await git('init', '-q', '--bare', '.git/origin');
    await git('remote', 'add', 'origin', '.git/origin');
    await git('config', 'push.autoSetupRemote', 'true');
    await workspace.write({
      '.gitignore': 'node_modules/\n/tmp*\n',
      '.git/aws-config': [ours.profiles(signIns), leaver, ...blocksOf(guide, 'ini')].join('\n'),
      'nx.json': blockOf(guide, 'json'),
      '.github/workflows/secrets.yml': blockOf(guide, 'yaml'),
    });
    ours.apply();
  });
  afterEach(() => aws().setIam(undefined));

  /** Runs a line of a shell: commands with `&&`, each with variables of its environment before it. */
  const run = async (line: string, filled: Filled = {}): Promise<void> => {
    for (const command of line.split(' && ')) {
      const { variables, rest } = withVariables(command);
      try {
        await (command.includes(' | ')
          ? runPiped(command.split(' | '))
          : within(variables, () => runOne(rest, filled)));
      } catch (error) {
        const what = error instanceof Error ? error.message : String(error);
        throw Object.assign(new Error(`${command}\n${what}\n${printed.slice(-40).join('\n')}`), {
          cause: error,
        });
      }
    }
  };

  /** `npx sops-codec … | npx sops-codec …`, each with variables of its own. */
  const runPiped = async (commands: readonly string[]): Promise<void> => {
    let input = '';
    for (const command of commands) {
      const { variables, rest } = withVariables(command);
      const [npx, program, ...args] = wordsOf(rest);
      expect([npx, program]).toEqual(['npx', 'sops-codec']);
      const plain = input;
      input = await within(variables, () => sopsCodec(directory(), args, plain));
    }
  };

  const runOne = async (command: string, filled: Filled): Promise<void> => {
    const places: Readonly<Record<string, string>> = {
      instance: 'ssoins-1',
      Developer: 'Developer',
      store: 'd-1',
      membership: 'leaver',
      ...filled.places,
    };
    const filledIn = command.replaceAll(/<([^>]*)>/g, (all, name: string) => places[name] ?? all);
    const [inner = '', line = ''] = /"\$\((aws kms describe-key [^)]*)\)"/.exec(filledIn) ?? [];
    const words = wordsOf(line === '' ? filledIn : filledIn.replace(inner, await keyId(wordsOf(line))));
    const [program, verb, what] = words;
    switch (true) {
      case program === 'npx' && what === 'add':
        return install(words);
      case words.includes('--short-name'):
        return; // The kit takes the generators' names by either name; a package manager would remove the link.
      case program === 'git' && verb === 'push':
        await git(...words.slice(1));
        return pipeline();
      case program === 'perl':
        return void (await execa('perl', words.slice(1), { cwd: directory() }));
      case program === 'npx' && what === 'run-many':
        return runMany(directory(), words.slice(3));
      case program === 'aws':
        return awsAs(words.slice(1), { directory: directory(), read: workspace.read, company: ours });
      default:
        return paste(command, { values, ...filled, places });
    }
  };

  /** `npx nx add nx-secrets`: this package, as npm links one. */
  const install = (words: readonly string[]): void => {
    const name = words.at(-1) ?? '';
    mkdirSync(join(directory(), 'node_modules'));
    symlinkSync(join(__dirname, '../..'), join(directory(), 'node_modules', name));
  };

  const pipeline = (): Promise<void> =>
    runPipeline({ directory: directory(), read: workspace.read, write: workspace.write, company: ours, run });

  return {
    ...workspace,
    run,
    within,
    pipeline,
    readAsService,
    company: () => ours,
    guide,
    /** The guide's own command of reading, as the service of the secret that it names. */
    readByCommand: (line: string) => {
      const words = wordsOf(line);
      expect(words.slice(0, 3)).toEqual(['aws', 'secretsmanager', 'get-secret-value']);
      const secret = optionOf(words, 'secret-id');
      const [, service = '', stage = ''] = /^\/services\/([^/]+)\/(.+)$/.exec(secret) ?? [];
      return readAsService(
        stage === 'prod' ? prod : nonprod,
        `${service}-${stage}`,
        secret,
        optionOf(words, 'region'),
      );
    },
    /** What was printed since the last call. */
    printed: () => printed.splice(0).join('\n'),
    /** Runs the commands of a heading; those that read are left to `readByCommand`, and given. */
    follow: async (heading: string, filled: Filled = {}): Promise<readonly string[]> => {
      const reading = (line: string) => line.includes(' get-secret-value ');
      const lines = commandsUnder(guide, heading);
      for (const line of lines.filter((one) => !reading(one))) await run(line, filled);
      return lines.filter(reading);
    },
    /** Has nx.json's options as a chapter changes them. */
    configure: async (heading: string) => {
      const nxJson = JSON.parse(workspace.read('nx.json')) as { plugins: { options: object }[] };
      const [entry] = nxJson.plugins;
      if (entry) entry.options = merged(entry.options, JSON.parse(blockOf(guide, 'json', heading)));
      await workspace.write({ 'nx.json': JSON.stringify(nxJson, null, 2) });
    },
  };
}
