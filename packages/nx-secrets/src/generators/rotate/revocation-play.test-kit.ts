import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import pLimit from 'p-limit';
import { createKeyring, decrypt, parse } from 'sops-codec';
import type { KmsKey } from '../../../../local-aws/src/store/model';
import { desiredKey } from '../../keys/desired-key.test-kit';
import { provision } from '../../keys/provision';
import { toProblem } from '../../problem';
import type { Outcome } from '../../report';
import { uninterrupted } from '../../interruption';
import { account, region } from '../../testing/aws-workspace.test-kit';
import { readOptions } from '../../config/options';
import { readWorkspaceFile } from '../../config/read-file';
import { aliasOwners, allNames, readServices } from '../../config/services';
import { clientsOf, createAwsInProcess, type Pass } from '../../testing/aws-in-process.test-kit';
import { sendUnder, type Fault } from '../../testing/faults.test-kit';
import { createGate, forgetWhatTheDeadWaitFor, type Death } from '../../testing/gate.test-kit';
import { letThrough, type Turn } from '../../testing/schedule.test-kit';
import { watchDeaths } from './deaths.test-kit';
import { rotateDataKey } from './rotate-data-key';
import { rotateKey } from './rotate-key';
import { makeStageInUse, secretFilePath } from './stage-in-use.test-kit';

/** What may run on a stage's key. */
export type How = 'key' | 'revoke' | 'data-key' | 'provision';

/** A run, in a checkout of its own unless it says another, and what befalls it. */
export interface Run {
  readonly how: How;
  readonly death?: Death | undefined;
  readonly faults?: readonly Fault[] | undefined;
}

/** How a run ended, with the key that was behind the alias when it began. */
export interface Ended {
  readonly how: How;
  readonly keyThen: string;
  /** Undefined where it died. */
  readonly outcome: Outcome | undefined;
  /** Requests that it made. */
  readonly requests: number;
}

const checkouts = [0, 1];
const { names } = desiredKey();
/**
 * A stage on which rotations are played: KMS and Secrets Manager in this process, and two checkouts of the service.
 *
 * @param replicaRegions of key and secret
 */
export async function createRotationStage(replicaRegions: readonly string[] = []) {
  const directory = await mkdtemp(join(tmpdir(), 'nx-secrets-revocations-'));
  const remember = forgetWhatTheDeadWaitFor();
  const rootOf = (checkout: number) => join(directory, String(checkout));
  const aws = createAwsInProcess();
  const observer = aws.kms();
  const observing = createKeyring({ awsKms: { clientFor: async () => observer }, rememberFor: 0 });
  let gate = createGate();
  let runs: readonly Run[] = [];
  let requests: number[] = [];
  let passed: (at: Death) => void = () => undefined;

  const passOf = (run: number): Pass => {
    return (operation, send) =>
      gate.pass(run, operation, () => {
        const request = requests[run] ?? 0;
        requests[run] = request + 1;
        const fault = runs[run]?.faults?.find((one) => one.request === request);
        passed({ request, effect: false });
        try {
          return fault ? sendUnder(fault.kind, send) : send();
        } finally {
          passed({ request, effect: true });
        }
      });
  };
  const clients = checkouts.map((run) => {
    const kms = aws.kms(passOf(run));
    const inRegion = (one: string) =>
      clientsOf({
        kms: one === region ? kms : aws.kms(passOf(run), one),
        secretsManager: aws.secretsManager(passOf(run), one),
      });
    return {
      all: new Map([region, ...replicaRegions].map((one) => [one, inRegion(one)])),
      keyring: createKeyring({ awsKms: { clientFor: async () => kms }, rememberFor: 0 }),
    };
  });

  const session = () => aws.accounts.region(account, region);
  const aliased = () => session().aliases.get(names.keyAlias)?.targetKeyId ?? '';

  const setUp = () => makeStageInUse(aws, observing, checkouts.map(rootOf), replicaRegions);

  const start = async (index: number, checkout: number, how: How): Promise<Outcome> => {
    const workspaceRoot = rootOf(checkout);
    const { all, keyring } = clients[index]!;
    const limit = pLimit(12);
    const sessionFor = (scope: { readonly region: string }) => {
      const there = all.get(scope.region)!;
      return { clients: there, keyring, limit, account: async () => account, answered: 0 };
    };
    if (how === 'provision') {
      const outcomes = await provision([desiredKey()], {
        workspaceRoot,
        everyName: [],
        sessionFor: (_, inRegion) => sessionFor({ region: inRegion }),
        overrides: { adopt: new Set(), enable: false },
        dryRun: false,
        interruption: uninterrupted,
        ended: () => undefined,
      });
      return [...outcomes.values()][0]!;
    }
    const options = readOptions({
      stages: { dev: { region, accountId: account, replicaRegions: [...replicaRegions] } },
    });
    const services = await readServices(workspaceRoot, ['services/user-service'], options);
    const target = { service: services[0]!, names, path: secretFilePath, problem: undefined };
    const owners = aliasOwners(allNames(services, options));
    const targets = { workspaceRoot, options, targets: [target], owners };
    try {
      if (how === 'data-key') {
        await rotateDataKey(target, targets, {
          keyring,
          account: async () => account,
          clientsIn: (inRegion) => sessionFor({ region: inRegion }).clients,
        });
        return { kind: 'rotated' };
      }
      const rotation = {
        keyring,
        account: async () => account,
        sessionFor,
        history: false,
        window: 30,
      };
      return await rotateKey(target, targets, { ...rotation, revoke: how === 'revoke' });
    } catch (error) {
      return { kind: 'failed', problem: toProblem(error) };
    }
  };

  /** Runs at once, each in its own checkout or all in one. */
  const perform = async (
    given: readonly Run[],
    picks: readonly number[],
    checkoutOf: (run: number) => number,
  ) => {
    gate = createGate();
    runs = given;
    requests = [];
    const keyThen = aliased();
    const running = given.map(({ how, death }, index) =>
      gate.start(index, () => start(index, checkoutOf(index), how), death),
    );
    const turns: readonly Turn[] = await letThrough(gate, picks, () => undefined);
    const outcomes = await Promise.all(running);
    const ended = outcomes.map((outcome, index): Ended => ({
      how: given[index]!.how,
      keyThen,
      outcome,
      requests: requests[index] ?? 0,
    }));
    return { turns, ended };
  };

  const oneByOne = async (given: readonly Run[], checkout = 0): Promise<readonly Ended[]> => {
    const ended: Ended[] = [];
    for (const run of given) ended.push(...(await perform([run], [], () => checkout)).ended);
    return ended;
  };

  return {
    setUp,
    /** One run after the other, in one checkout. */
    oneByOne,
    /** The deaths of the last of these runs: one for each state that it leaves accounts and checkouts in. */
    deathsOf: async (hows: readonly How[]): Promise<readonly Death[]> => {
      await setUp();
      await oneByOne(hows.slice(0, -1).map((how) => ({ how })));
      const watched = watchDeaths(aws.accounts, directory);
      passed = watched.passed;
      await oneByOne(hows.slice(-1).map((how) => ({ how })));
      passed = () => undefined;
      return watched.deaths;
    },
    /** Runs at once, each in a checkout of its own. */
    atOnce: (given: readonly Run[], picks: readonly number[]) => perform(given, picks, (index) => index),
    keyOf: (id: string): KmsKey | undefined => session().keys.get(id),
    aliased,
    /** Keys that carry the stage's tags. */
    keysOfStage: (): readonly KmsKey[] =>
      session()
        .keys.all()
        .filter((key) =>
          key.tags.some(({ key: tag, value }) => tag === 'service' && value === 'user-service'),
        ),
    /** The key that the current version of the secret is encrypted with. */
    keyOfSecret: (): string | undefined =>
      session()
        .secrets.get(names.secretName)
        ?.versions.find(({ stages }) => stages.includes('AWSCURRENT'))?.kmsKeyId,
    /** What a key itself, made usable again where it is going, makes of the file in a checkout. */
    opensWith: async (id: string, checkout: number): Promise<boolean> => {
      const { keys } = session();
      const key = keys.get(id);
      if (!key) return false;
      keys.put(id, { ...key, state: 'Enabled', deletionAt: undefined });
      const keyArn = `arn:aws:kms:${region}:${account}:key/${id}`;
      const by = createKeyring({ awsKms: { clientFor: async () => observer }, rememberFor: 0 });
      const { unwrap } = by;
      const keyring = {
        ...by,
        unwrap: (wrapped: Parameters<typeof unwrap>[0]) =>
          unwrap(wrapped.kind === 'kms' ? { ...wrapped, arn: keyArn } : wrapped),
      };
      const opened = await decrypt(
        parse(await readWorkspaceFile(rootOf(checkout), secretFilePath), 'yaml'),
        keyring,
      ).then(
        () => true,
        () => false,
      );
      keys.put(id, key);
      return opened;
    },
    /** Whether the file of a checkout opens as everybody opens it: by its alias. */
    opensByAlias: async (checkout: number): Promise<boolean> =>
      decrypt(parse(await readWorkspaceFile(rootOf(checkout), secretFilePath), 'yaml'), observing).then(
        () => true,
        () => false,
      ),
    /** Whether the file of a checkout is under one key alone. */
    isUnderOneKey: async (checkout: number): Promise<boolean> => {
      const { metadata } = parse(await readWorkspaceFile(rootOf(checkout), secretFilePath), 'yaml');
      return metadata.groups.flat().length === 1;
    },
    /** What services read, in each region. */
    valuesRead: () =>
      Promise.all(
        [region, ...replicaRegions].map(async (one) => {
          const read = new GetSecretValueCommand({ SecretId: names.secretName });
          return (await aws.secretsManager(undefined, one).send(read)).SecretString;
        }),
      ),
    close: async () => {
      remember();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

export type RotationStage = Awaited<ReturnType<typeof createRotationStage>>;
