import {
  CreateAliasCommand,
  CreateKeyCommand,
  DisableKeyCommand,
  UpdateKeyDescriptionCommand,
} from '@aws-sdk/client-kms';
import pLimit from 'p-limit';
import { encrypt, readPlain, serialize } from 'sops-codec';
import type { KmsKey } from '../../../../local-aws/src/store/model';
import { openKeyring } from '../../checks/open-keyring.test-kit';
import { clientsOf, createAwsInProcess, type Pass } from '../../testing/aws-in-process.test-kit';
import { sendUnder, type Fault } from '../../testing/faults.test-kit';
import { createGate, type Death } from '../../testing/gate.test-kit';
import { letThrough, type Turn } from '../../testing/schedule.test-kit';
import { uninterrupted } from '../../interruption';
import { account, region } from '../../testing/aws-workspace.test-kit';
import { writeFiles } from '../../testing/workspace.test-kit';
import { desiredKey } from '../desired-key.test-kit';
import { aliasArn } from '../../aws/arn';
import { unusedDescriptionOf } from '../../aws/tags';
import { provision } from '../provision';
import type { DesiredKey, KeyOutcome } from '../states';

/** A run of provision-keys, and what befalls it. */
export interface Run {
  readonly death?: Death | undefined;
  readonly faults?: readonly Fault[] | undefined;
}

/** What there is of the stage's key when the runs begin. */
export interface Before {
  /** The key behind the alias: none; one that a run was killed over; one that is in use. */
  readonly aliased: 'none' | 'half-made' | 'in-use';
  /** Keys that killed runs made and that never got the alias. */
  readonly unaliased: number;
  /** The key that the alias pointed at until somebody removed it; only where there is no alias. */
  readonly lost?: 'Enabled' | 'Disabled' | undefined;
}

/** What is played. */
export interface Play {
  readonly before: Before;
  readonly runs: readonly Run[];
  readonly replicated: boolean;
  /** Which of those who wait goes on, modulo their number; where the list ends, whoever did before. */
  readonly picks: readonly number[];
}

/** A key that carries the tags of the service and stage. */
export interface KeyState {
  readonly id: string;
  readonly state: KmsKey['state'];
  readonly aliases: readonly string[];
}

/** What KMS has. */
export interface State {
  /** Id of the key behind the alias. */
  readonly aliased: string | undefined;
  readonly keys: readonly KeyState[];
}

/** How it went. */
export interface Played {
  readonly desired: DesiredKey;
  readonly before: State;
  readonly steps: readonly { readonly run: number; readonly operation: string; readonly state: State }[];
  readonly turns: readonly Turn[];
  /** By run; none of the dead. */
  readonly outcomes: readonly (KeyOutcome | undefined)[];
  readonly state: State;
}

const replicaRegion = 'eu-central-1';

/**
 * A stage on which schedules are played, each in an account without any other keys.
 *
 * @param workspaceRoot a directory, for the secret file
 */
export async function createStage(workspaceRoot: string) {
  const { files } = desiredKey();
  await writeFiles(workspaceRoot, { [files[0]!]: await secretFile() });
  const aws = createAwsInProcess();
  const observer = aws.kms();
  let gate = createGate();
  let runs: readonly Run[] = [];
  let requests: number[] = [];

  const passOf = (run: number): Pass => {
    return (operation, send) =>
      gate.pass(run, operation, () => {
        const request = requests[run] ?? 0;
        requests[run] = request + 1;
        const fault = runs[run]?.faults?.find((one) => one.request === request);
        return fault ? sendUnder(fault.kind, send) : send();
      });
  };
  // Clients are dear to make: they are kept, and pass through the gate of the schedule that is played.
  const clients = [0, 1, 2].map((run) => {
    const secretsManager = aws.secretsManager(passOf(run));
    const inRegion = (name: string) => clientsOf({ kms: aws.kms(passOf(run), name), secretsManager });
    return new Map([region, replicaRegion].map((name) => [name, inRegion(name)]));
  });

  const keysIn = (name: string) => aws.accounts.region(account, name).keys.all();
  const look = ({ names, tags }: DesiredKey): State => {
    const aliases = aws.accounts.region(account, region).aliases.all();
    const isOurs = (key: KmsKey) =>
      Object.entries(tags).every(([tag, value]) =>
        key.tags.some((one) => one.key === tag && one.value === value),
      );
    return {
      aliased: aliases.find(({ name }) => name === names.keyAlias)?.targetKeyId,
      keys: keysIn(region)
        .filter(isOurs)
        .map(({ id, state }) => ({
          id,
          state,
          aliases: aliases.flatMap(({ name, targetKeyId }) => (targetKeyId === id ? [name] : [])),
        })),
    };
  };

  const makeKey = async ({ names, tags, policy, replicaRegions }: DesiredKey): Promise<string> => {
    const { KeyMetadata } = await observer.send(
      new CreateKeyCommand({
        Description: unusedDescriptionOf(names),
        Tags: Object.entries(tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
        Policy: JSON.stringify(policy),
        MultiRegion: replicaRegions.length > 0,
      }),
    );
    return KeyMetadata!.KeyId!;
  };
  const setUp = async (desired: DesiredKey, { aliased, unaliased, lost }: Before) => {
    const use = (KeyId: string) =>
      observer.send(new UpdateKeyDescriptionCommand({ KeyId, Description: desired.description }));
    if (aliased !== 'none') {
      const id = await makeKey(desired);
      await observer.send(new CreateAliasCommand({ AliasName: desired.names.keyAlias, TargetKeyId: id }));
      if (aliased === 'in-use') await use(id);
    } else if (lost) {
      const id = await makeKey(desired);
      await use(id);
      if (lost === 'Disabled') await observer.send(new DisableKeyCommand({ KeyId: id }));
    }
    for (let count = 0; count < unaliased; count += 1) await makeKey(desired);
  };

  const run = async (index: number, desired: DesiredKey): Promise<KeyOutcome> => {
    const sessions = new Map(
      [...clients[index]!].map(([name, of]) => [
        name,
        { clients: of, keyring: openKeyring, limit: pLimit(12), account: async () => account, answered: 0 },
      ]),
    );
    const outcomes = await provision([desired], {
      everyName: [],
      workspaceRoot,
      sessionFor: (_, name) => sessions.get(name)!,
      overrides: { adopt: new Set(), enable: true },
      dryRun: false,
      interruption: uninterrupted,
      ended: () => undefined,
    });
    return outcomes.get(desired)!;
  };

  const perform = async (
    desired: DesiredKey,
    given: readonly Run[],
    picks: readonly number[],
  ): Promise<Played> => {
    gate = createGate();
    runs = given;
    requests = [];
    const before = look(desired);
    const running = given.map(({ death }, index) => gate.start(index, () => run(index, desired), death));
    const steps: { run: number; operation: string; state: State }[] = [];
    const turns = await letThrough(gate, picks, (index, operation) => {
      steps.push({ run: index, operation, state: look(desired) });
    });
    const outcomes = await Promise.all(running);
    return { desired, before, steps, turns, outcomes, state: look(desired) };
  };

  return {
    play: async ({ before, runs: given, replicated, picks }: Play): Promise<Played> => {
      aws.accounts.clear();
      const desired = desiredKey(replicated ? { replicaRegions: [replicaRegion] } : {});
      await setUp(desired, before);
      return perform(desired, given, picks);
    },
    /** Provisions once more, undisturbed. */
    again: ({ desired }: Played): Promise<Played> => perform(desired, [{}], []),
    /** A key as KMS has it. */
    keyOf: (id: string, name = region): KmsKey | undefined => aws.accounts.region(account, name).keys.get(id),
    aliasIn: (alias: string, name: string) =>
      aws.accounts.region(account, name).aliases.get(alias)?.targetKeyId,
  };
}

/** A secret file that names its key by the alias, as all do. */
async function secretFile(): Promise<Uint8Array> {
  const { names, scope } = desiredKey();
  const arn = aliasArn(scope.region, scope.accountId, names.keyAlias);
  const groups = [[{ kind: 'kms' as const, arn, awsProfile: '' }]];
  return serialize(await encrypt(readPlain('KEY: value\n', 'yaml'), { format: 'yaml', groups }, openKeyring));
}

export type Stage = Awaited<ReturnType<typeof createStage>>;
