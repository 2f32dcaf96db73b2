import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { ExecutorContext, TaskGraph } from '@nx/devkit';
import { FsTree } from 'nx/src/generators/tree';
import { resetWorkspaceContext } from 'nx/src/utils/workspace-context';
import { execa } from 'execa';
import { parse } from 'yaml';
import { serviceRoots } from '../config/project-location';
import checkBatch from '../executors/check-secrets/batch';
import diffBatch from '../executors/diff-secrets/batch';
import provisionBatch from '../executors/provision-keys/batch';
import syncBatch from '../executors/sync-secrets/batch';
import { awsCommand } from '../testing/aws-command.test-kit';
import { useAwsWorkspace } from '../testing/aws-workspace.test-kit';
import { blockOf, blocksOf, commandsUnder, readGuide } from '../testing/guide.test-kit';
import { pasteInto, sopsCodec, wordsOf, type Filled } from '../testing/pasted.test-kit';
import { accessKeyOf, company } from './company.test-kit';

export const [nonprod, prod, moved] = ['111122223333', '444455556666', '777788889999'] as const;

/** Profiles of those who sign in by Identity Center; each has what the guide calls it. */
const signIns = {
  'nonprod-admin': { account: nonprod, set: 'AdministratorAccess' },
  'prod-admin': { account: prod, set: 'AdministratorAccess' },
  'nonprod-new-admin': { account: moved, set: 'AdministratorAccess' },
  nonprod: { account: nonprod, set: 'Developer' },
  prod: { account: prod, set: 'Developer' },
  'nonprod-new': { account: moved, set: 'Developer' },
  'nonprod-leaver': { account: nonprod, set: 'Developer', who: 'leaver' },
} as const;
const leaver = `
[profile leaver]
role_arn = arn:aws:iam::${nonprod}:role/secrets-developer
source_profile = nonprod-leaver
region = eu-west-1
`;
const github = 'https://token.actions.githubusercontent.com';

const batches = {
  'check-secrets': checkBatch,
  'diff-secrets': diffBatch,
  'provision-keys': provisionBatch,
  'sync-secrets': syncBatch,
} as const;

interface Step {
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly run?: string;
}
interface Workflow {
  readonly jobs: Readonly<
    Record<
      string,
      {
        readonly strategy: {
          readonly matrix: { readonly include: readonly Readonly<Record<string, string>>[] };
        };
        readonly environment: string;
        readonly steps: readonly Step[];
      }
    >
  >;
}

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

  /** Runs something with variables of the environment; undefined for those that must not be there. */
  const within = async <T>(
    variables: Readonly<Record<string, string | undefined>>,
    step: () => Promise<T>,
  ): Promise<T> => {
    const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
    const put = (entries: readonly (readonly [string, string | undefined])[]) => {
      for (const [name, value] of entries)
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
    };
    put(Object.entries(variables));
    try {
      return await step();
    } finally {
      put(before);
    }
  };

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
      case program === 'npm':
        return install(words);
      case program === 'git' && verb === 'push':
        await git(...words.slice(1));
        return pipeline();
      case program === 'perl':
        return void (await execa('perl', words.slice(1), { cwd: directory() }));
      case program === 'npx' && what === 'run-many':
        return runMany(words.slice(3));
      case program === 'aws':
        return awsAs(words.slice(1));
      default:
        return paste(command, { values, ...filled, places });
    }
  };

  /** `npm install --save-dev secrets@npm:nx-secrets`: this package, as npm links one. */
  const install = (words: readonly string[]): void => {
    const [name = ''] = words.at(-1)?.split('@npm:nx-secrets') ?? [];
    mkdirSync(join(directory(), 'node_modules'));
    symlinkSync(join(__dirname, '../..'), join(directory(), 'node_modules', name));
  };

  const runMany = async (words: readonly string[]): Promise<void> => {
    const target = words[words.indexOf('-t') + 1] as keyof typeof batches;
    const options = Object.fromEntries(
      words.flatMap((word) => {
        const [, name, value] = /^--([a-z-]+)(?:=(.*))?$/.exec(word) ?? [];
        if (name === undefined) return [];
        return [[name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase()), value ?? true]];
      }),
    );
    resetWorkspaceContext();
    const roots = await serviceRoots(new FsTree(directory(), false));
    const named = roots.map((root) => [root.slice(root.lastIndexOf('/') + 1), root] as const);
    const tasks = named.map(([project, root]) => {
      const id = `${project}:${target}`;
      return [
        id,
        { id, target: { project, target }, projectRoot: root, overrides: {}, outputs: [], parallelism: true },
      ] as const;
    });
    const context = {
      root: directory(),
      cwd: directory(),
      isVerbose: false,
      nxJsonConfiguration: JSON.parse(readFileSync(join(directory(), 'nx.json'), 'utf8')) as object,
      projectsConfigurations: {
        version: 2,
        projects: Object.fromEntries(named.map(([project, root]) => [project, { root, targets: {} }])),
      },
      projectGraph: { nodes: {}, dependencies: {} },
    } as ExecutorContext;
    const graph = {
      tasks: Object.fromEntries(tasks),
      dependencies: {},
      continuousDependencies: {},
      roots: [],
    };
    const inputs = Object.fromEntries(tasks.map(([id]) => [id, options]));
    for await (const { task, result } of batches[target](
      graph as unknown as TaskGraph,
      inputs,
      options,
      context,
    ))
      if (!result.success) throw new Error(`${task} failed: ${result.terminalOutput}`);
  };

  /** The jobs of the workflow, one after the other, each as the role that its tokens let it be. */
  const pipeline = async (): Promise<void> => {
    const workflow = parse(workspace.read('.github/workflows/secrets.yml')) as Workflow;
    for (const { strategy, environment, steps } of Object.values(workflow.jobs)) {
      for (const matrix of strategy.matrix.include) {
        const filled = (text: string) =>
          text.replaceAll(/\$\{\{ matrix\.(\w+) \}\}/g, (_, name: string) => matrix[name] ?? '');
        let signedIn = {};
        for (const step of steps) {
          if (step.uses?.startsWith('aws-actions/configure-aws-credentials@'))
            signedIn = await signIn(
              filled(environment),
              filled(String(step.with?.['role-to-assume'])),
              String(step.with?.['aws-region']),
            );
          if (step.run !== undefined && step.run !== 'npm ci')
            await within({ CI: 'true', AWS_PROFILE: undefined, ...signedIn }, () =>
              run(filled(step.run ?? '')),
            );
        }
      }
    }
  };

  /** What `aws-actions/configure-aws-credentials` does with the token of the job. */
  const signIn = async (environment: string, role: string, region: string) => {
    const account = role.split(':')[4] ?? '';
    if (!ours.hasProvider(account, github))
      throw new Error(`GitHub is not an identity provider in ${account}`);
    const claims = {
      iss: github,
      aud: 'sts.amazonaws.com',
      sub: `repo:acme/shop:environment:${environment}`,
    };
    const part = (data: object) => Buffer.from(JSON.stringify(data)).toString('base64url');
    const file = 'tmp-token';
    await workspace.write({ [file]: `${part({ alg: 'RS256' })}.${part(claims)}.${part({})}` });
    return {
      AWS_REGION: region,
      AWS_ROLE_ARN: role,
      AWS_WEB_IDENTITY_TOKEN_FILE: join(directory(), file),
      AWS_CONFIG_FILE: '/dev/null',
    };
  };

  const accountOf = (profile: string) => signIns[profile as keyof typeof signIns].account;
  const optionOf = (words: readonly string[], name: string): string => {
    const index = words.indexOf(`--${name}`);
    const value = words[index + 1];
    if (index < 0 || value === undefined) throw new Error(`no --${name}: ${words.join(' ')}`);
    return value;
  };

  /** `aws kms describe-key … --query KeyMetadata.KeyId --output text` */
  const keyId = (words: readonly string[]): Promise<string> =>
    within({ AWS_PROFILE: optionOf(words, 'profile') }, async () => {
      expect([optionOf(words, 'query'), optionOf(words, 'output')]).toEqual(['KeyMetadata.KeyId', 'text']);
      const kms = new KMSClient({ region: optionOf(words, 'region') });
      const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: optionOf(words, 'key-id') }));
      kms.destroy();
      return KeyMetadata?.KeyId ?? '';
    });

  const awsAs = async (words: readonly string[]): Promise<void> => {
    const option = (name: string) => optionOf(words, name);
    const profile = words.includes('--profile') ? option('profile') : process.env['AWS_PROFILE'];
    const account = () => accountOf(profile ?? '');
    switch (words.slice(0, 2).join(' ')) {
      case 'iam create-open-id-connect-provider':
        expect(option('client-id-list')).toBe('sts.amazonaws.com');
        return ours.createProvider(account(), option('url'));
      case 'cloudformation deploy':
        expect(option('capabilities')).toBe('CAPABILITY_NAMED_IAM');
        return ours.deploy(account(), option('stack-name'), workspace.read(option('template-file')));
      case 'sso-admin attach-customer-managed-policy-reference-to-permission-set':
        return ours.refer(
          option('permission-set-arn'),
          option('customer-managed-policy-reference').replace('Name=', ''),
        );
      case 'identitystore delete-group-membership':
        return ours.unassign(option('membership-id'));
      case 'sso-admin provision-permission-set':
        expect(option('target-type')).toBe('ALL_PROVISIONED_ACCOUNTS');
        return ours.provisionSet(option('permission-set-arn'));
      default: {
        const index = words.indexOf('--profile');
        const others = index < 0 ? words : words.toSpliced(index, 2);
        return within(profile === undefined ? {} : { AWS_PROFILE: profile }, () =>
          awsCommand(others, directory()),
        );
      }
    }
  };

  /** What a service reads that runs under its role. */
  const readAsService = async (account: string, role: string, SecretId: string, region: string) => {
    const sts = new STSClient({ region, credentials: accessKeyOf('lambda', account) });
    const RoleArn = `arn:aws:iam::${account}:role/${role}`;
    const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'lambda' }));
    sts.destroy();
    const client = new SecretsManagerClient({
      region,
      credentials: {
        accessKeyId: Credentials?.AccessKeyId ?? '',
        secretAccessKey: Credentials?.SecretAccessKey ?? '',
        sessionToken: Credentials?.SessionToken ?? '',
      },
    });
    try {
      const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId }));
      return JSON.parse(SecretString ?? '') as unknown;
    } finally {
      client.destroy();
    }
  };

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
