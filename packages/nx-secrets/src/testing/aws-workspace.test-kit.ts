import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { logger, parseJson, type GeneratorCallback, type NxJsonConfiguration, type Tree } from '@nx/devkit';
import { flushChanges, FsTree } from 'nx/src/generators/tree';
import { resetWorkspaceContext } from 'nx/src/utils/workspace-context';
import init, { type InitOptions } from '../generators/init/generator';
import rotate, { type RotateOptions } from '../generators/rotate/generator';
import set, { type SetOptions } from '../generators/set/generator';
import { runPrune, type PruneRequest } from '../prune/run-prune';
import { isFailed, type Report } from '../report';
import { uninterrupted } from '../interruption';
import { runProvision, type ProvisionRequest } from '../keys/run-provision';
import { runDiff, type DiffRequest } from '../sync/run-diff';
import { runSync, type SyncRequest } from '../sync/run-sync';
import { readPlugin } from '../config/plugin';
import { readServices } from '../config/services';
import { startAws, type AwsOfTest } from './wire.test-kit';
import { git, useDirectory, writeFiles } from './workspace.test-kit';

/** The account and region that tests work in. */
export const account = '123456789012';
export const region = 'eu-west-1';

export const awsVariables = {
  AWS_REGION: region,
  AWS_ACCESS_KEY_ID: account,
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
};

/** The endpoint of a moto server, where one is to stand in for the embedded AWS (the interop suites set it). */
export const motoEndpoint = process.env['NX_SECRETS_MOTO'];

/** A workspace in Git with an embedded AWS of its own, fresh for each test. */
export function useAwsWorkspace() {
  const directory = useDirectory();
  const before = { ...process.env };
  let aws: AwsOfTest;
  let client: SecretsManagerClient;

  beforeAll(async () => {
    aws = await startAws();
  });
  afterAll(() => aws.stop());
  beforeEach(async () => {
    for (const name of Object.keys(process.env).filter((name) => /^(AWS_|CI$|SOPS_)/.test(name)))
      delete process.env[name];
    const endpoint = motoEndpoint ?? aws.endpoint;
    Object.assign(process.env, awsVariables, { AWS_ENDPOINT_URL: endpoint });
    jest.spyOn(logger, 'info').mockImplementation(() => undefined);
    aws.reset();
    if (motoEndpoint) await fetch(`${motoEndpoint}/moto-api/reset`, { method: 'POST' });
    client = new SecretsManagerClient({ endpoint });
    await writeFiles(directory(), { 'package.json': '{"name": "shop"}', 'nx.json': '{}' });
    await git(directory(), 'init', '-q', '-b', 'main');
  });
  afterEach(() => {
    jest.restoreAllMocks();
    client.destroy();
    process.env = { ...before };
  });

  const generate = async (run: (tree: Tree) => Promise<GeneratorCallback>) => {
    // Nx lists the files of a workspace once in a process; here each test has a workspace of its own.
    resetWorkspaceContext();
    const tree = new FsTree(directory(), false);
    const callback = await run(tree);
    flushChanges(directory(), tree.listChanges());
    await callback();
  };

  /** What is asked of the engine for the services at some roots. */
  const request = async (roots: readonly string[]): Promise<SyncRequest> => {
    const nxJson = parseJson<NxJsonConfiguration>(readFileSync(join(directory(), 'nx.json'), 'utf8'));
    const { options } = readPlugin(directory(), nxJson);
    const folder = join(directory(), 'services');
    const everyRoot = existsSync(folder) ? readdirSync(folder).map((name) => `services/${name}`) : [];
    const everyService = await readServices(directory(), everyRoot, options);
    return {
      workspaceRoot: directory(),
      options,
      services: everyService.filter(({ root }) => roots.includes(root)),
      everyService,
      stages: [],
      dryRun: false,
      overrides: { overwrite: new Set(), adopt: new Set() },
      ci: false,
      interruption: uninterrupted,
    };
  };

  /**
   * Prepares workspace and AWS before each test: the first time by `build`, then as that left them, which is much faster.
   * `build` may change nothing else, and what it sets must do for all tests.
   */
  const prepare = (build: () => Promise<void>): void => {
    let prepared: { readonly copy: string; readonly restoreAws: () => void } | undefined;
    beforeEach(async () => {
      if (prepared !== undefined) {
        prepared.restoreAws();
        copyFolder(prepared.copy, directory());
        return;
      }
      await build();
      if (motoEndpoint !== undefined) return;
      const copy = mkdtempSync(join(tmpdir(), 'nx-secrets-prepared-'));
      copyFolder(directory(), copy);
      prepared = { copy, restoreAws: aws.keepState() };
    });
    afterAll(() => {
      if (prepared !== undefined) rmSync(prepared.copy, { recursive: true, force: true });
    });
  };

  return {
    directory,
    prepare,
    /** Runs a generator as Nx does: Tree, then callback. */
    generate,
    aws: () => aws,
    client: () => client,
    read: (path: string) => readFileSync(join(directory(), path), 'utf8'),
    commit: async () => {
      await git(directory(), 'add', '.');
      await git(directory(), 'commit', '-qm', 'change');
    },
    write: (files: Readonly<Record<string, string | Uint8Array>>) => writeFiles(directory(), files),
    git: (...args: readonly string[]) => git(directory(), ...args),
    /** Runs init as Nx does: Tree, then callback. */
    init: (options: InitOptions) => generate((tree) => init(tree, options)),
    /** Runs init as Nx does under --dry-run; gives the paths that it would change. */
    initDryRun: async (options: InitOptions) => {
      const tree = new FsTree(directory(), false);
      await init(tree, options);
      return tree.listChanges().map(({ path }) => path);
    },
    set: async (root: string, stage: string, key: string, value: string) => {
      const file = `tmp/value-of-${key}`;
      await writeFiles(directory(), { [file]: value });
      await generate((tree) => set(tree, { directory: root, stage, key, fromFile: join(directory(), file) }));
    },
    /** Runs set as Nx does, with these options. */
    setWith: (options: SetOptions) => generate((tree) => set(tree, options)),
    unset: (root: string, stage: string, key: string) =>
      generate((tree) => set(tree, { directory: root, stage, key, unset: true })),
    /** Runs rotate as Nx does: Tree, then callback. */
    rotate: (options: RotateOptions) => generate((tree) => rotate(tree, options)),
    sync: async (roots: readonly string[], more: Partial<SyncRequest> = {}): Promise<Report> =>
      runSync({ ...(await request(roots)), ...more }),
    provision: async (roots: readonly string[], more: Partial<ProvisionRequest> = {}): Promise<Report> => {
      const overrides = { adopt: new Set<string>(), enable: false };
      return runProvision({ ...(await request(roots)), overrides, ...more });
    },
    diff: async (roots: readonly string[], more: Partial<DiffRequest> = {}): Promise<Report> =>
      runDiff({ ...(await request(roots)), ...more }),
    prune: async (more: Partial<PruneRequest> = {}): Promise<Report> =>
      runPrune({ ...(await request([])), deletion: { kind: 'none' }, windowDays: 30, ...more }),
    valueOf: async (SecretId: string) =>
      (await client.send(new GetSecretValueCommand({ SecretId, VersionStage: 'AWSCURRENT' }))).SecretString,
    versionsOf: async (SecretId: string) => {
      const { Versions } = await client.send(
        new ListSecretVersionIdsCommand({ SecretId, IncludeDeprecated: true }),
      );
      return new Map(
        (Versions ?? []).map(({ VersionId, VersionStages }) => [
          VersionId,
          [...(VersionStages ?? [])].sort(),
        ]),
      );
    },
  };
}

const copyFolder = (from: string, to: string): void =>
  cpSync(from, to, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });

/** `service stage outcome` of each entry. */
export const outcomes = ({ entries }: Report) =>
  entries.map(({ service, stage, outcome }) => `${service} ${stage} ${outcome.kind}`);

/** The problems of a report. */
export const problems = ({ entries }: Report) =>
  entries.flatMap(({ outcome }) => (isFailed(outcome) ? [outcome.problem] : []));
