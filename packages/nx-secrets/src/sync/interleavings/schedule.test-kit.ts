import { CreateAliasCommand, CreateKeyCommand } from '@aws-sdk/client-kms';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import pLimit from 'p-limit';
import { uninterrupted } from '../../interruption';
import { account } from '../../testing/aws-workspace.test-kit';
import { clientsOf, createAwsInProcess } from '../../testing/aws-in-process.test-kit';
import {
  desiredBy,
  historyAt,
  keyAlias,
  makeContents,
  openKeyring,
  type Commits,
  type Content,
  type Letter,
} from './commits.test-kit';
import { createGate, type Death, type Gate } from '../../testing/gate.test-kit';
import { letThrough, type Turn } from '../../testing/schedule.test-kit';
import { overwrittenLabel } from '../../aws/secrets-manager/secrets';
import { push } from '../push';
import type { Outcome } from '../states';

/** A sync of a commit. */
export interface Sync {
  readonly kind: 'sync';
  /** Index of the commit that is checked out. */
  readonly commit: number;
  readonly overwrite?: boolean | undefined;
  readonly death?: Death | undefined;
}

/** Somebody who works on the secret: a sync, or a person who moves or puts a version by hand. */
export type Actor = Sync | { readonly kind: 'roll-back' } | { readonly kind: 'put-by-hand' };

/** What AWS has: version ids, as letters where they are tokens of contents. */
export interface State {
  readonly current: string | undefined;
  readonly previous: string | undefined;
  /** What an --overwrite has replaced, by its label. */
  readonly overwritten: string | undefined;
  readonly versions: readonly string[];
  /** The versions, those that were made first first. */
  readonly byAge: readonly string[];
}

/** One request that was let through, and what AWS had after it. */
export interface Step {
  readonly actor: number;
  readonly operation: string;
  readonly state: State;
}

/** What is played. */
export interface Play {
  readonly commits: Commits;
  /** Who was there before, one after the other. */
  readonly deployed: readonly Actor[];
  readonly actors: readonly Actor[];
  /** Which of those who wait goes on, modulo their number; where the list ends, whoever did before. */
  readonly picks: readonly number[];
}

/** Whoever made a version current, and from which. */
export interface Deployment {
  readonly actor: Actor;
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/** How it went. */
export interface Played {
  readonly secretName: string;
  /** The last deployment before. */
  readonly last: Deployment | undefined;
  readonly before: State;
  readonly steps: readonly Step[];
  readonly turns: readonly Turn[];
  /** By actor; none for people and the dead. */
  readonly outcomes: readonly (Outcome | undefined)[];
  readonly state: State;
}

/** A stage on which schedules are played, each on a secret of its own. */
export async function createStage() {
  const aws = createAwsInProcess();
  const contents = await makeContents();
  const kms = aws.kms();
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  await kms.send(new CreateAliasCommand({ AliasName: keyAlias, TargetKeyId: KeyMetadata?.KeyId }));
  const observer = aws.secretsManager();
  // Clients are dear to make: they are kept, and pass through the gate of the schedule that is played.
  let gate = createGate();
  const clients = [0, 1, 2, 3].map((actor) =>
    aws.secretsManager((operation, send) => gate.pass(actor, operation, send)),
  );
  let secrets = 0;

  const nameOf = (id: string | undefined) =>
    id && (Object.entries(contents).find(([, { token }]) => token === id)?.[0] ?? id);
  const look = (secretName: string): State => {
    // All versions, those without labels, too: none must be made that is not a revision.
    const versions = aws.store.secrets.get(secretName)?.versions ?? [];
    const labelled = (label: string) => nameOf(versions.find(({ stages }) => stages.includes(label))?.id);
    return {
      current: labelled('AWSCURRENT'),
      previous: labelled('AWSPREVIOUS'),
      overwritten: labelled(overwrittenLabel),
      byAge: [...versions]
        .sort((one, other) => one.createdAt - other.createdAt)
        .map(({ id }) => nameOf(id) ?? id),
      versions: versions.map(({ id }) => nameOf(id) ?? id).sort(),
    };
  };

  const perform = async (
    secretName: string,
    { commits, actors, picks }: Omit<Play, 'deployed'>,
  ): Promise<Omit<Played, 'secretName' | 'last'>> => {
    gate = createGate();
    const running = actors.map((actor, index) =>
      actor.kind === 'sync'
        ? gate.start(index, () => sync(secretName, commits, actor, clients[index]!, contents), actor.death)
        : gate.start(index, () => byHand(secretName, actor.kind, index, gate, observer)),
    );
    const before = look(secretName);
    const steps: Step[] = [];
    const turns = await letThrough(gate, picks, (actor, operation) => {
      steps.push({ actor, operation, state: look(secretName) });
    });
    return { before, steps, turns, outcomes: await Promise.all(running), state: look(secretName) };
  };

  return {
    play: async ({ deployed, ...rest }: Play): Promise<Played> => {
      const secretName = `/services/user-service/schedule-${(secrets += 1)}`;
      let last: Deployment | undefined;
      for (const actor of deployed) {
        const { before, state } = await perform(secretName, { ...rest, actors: [actor], picks: [] });
        if (state.current !== before.current) last = { actor, from: before.current, to: state.current };
      }
      return { secretName, last, ...(await perform(secretName, rest)) };
    },
    /** One more, undisturbed. */
    next: async (secretName: string, commits: Commits, actor: Actor): Promise<Played> => ({
      secretName,
      last: undefined,
      ...(await perform(secretName, { commits, actors: [actor], picks: [] })),
    }),
    valueOf: async (SecretId: string) =>
      (await observer.send(new GetSecretValueCommand({ SecretId, VersionStage: 'AWSCURRENT' }))).SecretString,
  };
}

export type Stage = Awaited<ReturnType<typeof createStage>>;

async function sync(
  secretName: string,
  commits: Commits,
  { commit, overwrite }: Sync,
  client: SecretsManagerClient,
  contents: Readonly<Record<Letter, Content>>,
): Promise<Outcome | undefined> {
  const desired = desiredBy(secretName, contents[commits[commit]!.content!]);
  const session = {
    clients: clientsOf({ secretsManager: client }),
    keyring: openKeyring,
    limit: pLimit(12),
    account: async () => account,
    answered: 0,
  };
  const outcomes = await push([desired], {
    history: historyAt(commits, commit, contents),
    revisions: () => Promise.resolve(new Map()),
    sessionFor: () => session,
    overrides: { overwrite: new Set(overwrite ? [secretName] : []), adopt: new Set() },
    interruption: uninterrupted,
    dryRun: false,
    ended: () => undefined,
  });
  return outcomes.get(desired);
}

/** What a person does, with a look and a write that nobody comes between. */
async function byHand(
  SecretId: string,
  kind: 'roll-back' | 'put-by-hand',
  actor: number,
  gate: Gate,
  client: SecretsManagerClient,
): Promise<undefined> {
  await gate.pass(actor, kind, () => undefined);
  const found = await client.send(new DescribeSecretCommand({ SecretId })).catch(() => undefined);
  const labelled = (label: string) =>
    Object.entries(found?.VersionIdsToStages ?? {}).find(([, all]) => all.includes(label))?.[0];
  const [MoveToVersionId, RemoveFromVersionId] = [labelled('AWSPREVIOUS'), labelled('AWSCURRENT')];
  if (kind === 'put-by-hand' && found)
    await client.send(new PutSecretValueCommand({ SecretId, SecretString: '{"KEY":"by hand"}' }));
  if (kind === 'roll-back' && MoveToVersionId)
    await client.send(
      new UpdateSecretVersionStageCommand({
        SecretId,
        VersionStage: 'AWSCURRENT',
        MoveToVersionId,
        RemoveFromVersionId,
      }),
    );
}
