import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { problems } from '../testing/aws-workspace.test-kit';
import { commandsOf, pasteInto } from '../testing/pasted.test-kit';
import { secretName, useRepository } from './git-practices.test-kit';

const repository = useRepository();
const { git, change, changeOnly, work, expectSync, expectRefusal, expectOverwrite, atCommit, idOf } =
  repository;
const { paste } = pasteInto(repository);

/** Ways in which a content that main does not have gets to AWS, and what the refusal says then. */
const foreign: readonly [string, () => Promise<unknown>, string][] = [
  [
    'a file that was pushed before it was committed, and then thrown away',
    async () => {
      await changeOnly();
      await expectSync('updated');
      await git('checkout', '-q', '--', '.');
    },
    'before it was committed',
  ],
  [
    'a branch that was deleted',
    async () => {
      await git('checkout', '-qb', 'topic');
      await change();
      await expectSync('updated');
      await git('checkout', '-q', 'main');
      await git('branch', '-qD', 'topic');
    },
    'which is no longer in a branch of this clone',
  ],
  [
    'a branch that was deleted, in a clone without its reflog',
    async () => {
      await git('checkout', '-qb', 'topic');
      await change();
      await expectSync('updated');
      await git('checkout', '-q', 'main');
      await git('branch', '-qD', 'topic');
      await git('reflog', 'expire', '--expire=now', '--all');
    },
    'a branch was deployed that is deleted, rewritten or not fetched here',
  ],
  [
    'another repository with a service of that name',
    async () => {
      await git('checkout', '-q', '--orphan', 'other');
      await git('commit', '-qm', 'another repository');
      await changeOnly();
      await repository.commit();
      await expectOverwrite('updated');
      await git('checkout', '-q', 'main');
      await git('branch', '-qD', 'other');
      await git('reflog', 'expire', '--expire=now', '--all');
    },
    'or another repository has a service of that name (tags of the secret: managed-by=nx-secrets, service=users, stage=dev)',
  ],
  [
    'a value by hand',
    async () => {
      const SecretString = '{"by":"hand"}';
      await repository.client().send(new PutSecretValueCommand({ SecretId: secretName, SecretString }));
    },
    'changed outside Git',
  ],
];

describe.each(foreign)('%s', (_, arrive, says) => {
  test('--overwrite to what was deployed before is needed once', async () => {
    await arrive();
    await expectRefusal(says);
    await expectOverwrite('promoted');
    await expectSync('unchanged');
    for (let commit = 0; commit < 3; commit += 1) {
      await change();
      await expectSync('updated');
    }
  });

  test('--overwrite to a new commit is needed once', async () => {
    await arrive();
    await change();
    await expectRefusal(says);
    await expectOverwrite('updated');
    for (let commit = 0; commit < 2; commit += 1) {
      await change();
      await expectSync('updated');
    }
  });

  test('the command that the refusal advises, pasted, is that --overwrite', async () => {
    await arrive();
    await change();
    const [problem] = problems(await repository.syncWith());
    const overwrite = commandsOf(problem!.fix).filter((line) => line.includes('sync-secrets'));
    expect(overwrite).toHaveLength(1);
    expect(overwrite[0]).toContain('@acme/users-api:sync-secrets');
    jest.spyOn(console, 'log').mockImplementation(() => undefined);
    await paste(overwrite[0]!);
    await expectSync('unchanged');
  });
});

test('an --overwrite that is killed between its label and its move is run again, and needed once', async () => {
  await changeOnly();
  await expectSync('updated');
  await git('checkout', '-q', '--', '.');
  const aws = repository.aws();
  // The label first, then AWSCURRENT.
  aws.injectFault({
    operation: 'secretsmanager:UpdateSecretVersionStage',
    kind: { error: 'InternalServiceError', status: 500 },
    skip: 1,
    count: 20,
  });
  const killed = await repository.syncWith({
    overrides: { overwrite: new Set([secretName]), adopt: new Set() },
  });
  expect(problems(killed)[0]?.what).toContain('UpdateSecretVersionStage');
  aws.clearFaults();
  await expectOverwrite('promoted');
  await change();
  await expectSync('updated');
});

describe('a roll-back by hand', () => {
  test('of what main has', async () => {
    await change();
    await expectSync('updated');
    await repository.rollBack();
    await expectRefusal('rolled back');
    await change();
    await expectRefusal('rolled back');
    await expectOverwrite('updated');
    await change();
    await expectSync('updated');
  });

  test('of what was squashed since, and of what main has made after a squash', async () => {
    await git('checkout', '-qb', 'topic');
    for (let push = 0; push < 2; push += 1) {
      await change();
      await expectSync('updated');
    }
    await git('checkout', '-q', 'main');
    await git('merge', '-q', '--squash', 'topic');
    await repository.commit();
    await expectSync('unchanged');
    await change();
    await expectSync('updated');
    await repository.rollBack();
    await change();
    await expectRefusal('rolled back');
  });

  test('from a branch that main does not have, to what main has', async () => {
    await git('checkout', '-qb', 'topic');
    await change();
    await expectSync('updated');
    await git('checkout', '-q', 'main');
    await repository.rollBack();
    await expectSync('unchanged');
    await change();
    await expectRefusal(`replaced commit ${await idOf('topic')}`);
    await expectOverwrite('updated');
    await change();
    await expectSync('updated');
  });

  test('with --overwrite from an older commit: not undone by the next sync of main', async () => {
    await change();
    await expectSync('updated');
    await change();
    await expectSync('updated');
    await atCommit('HEAD~1', () => expectOverwrite('promoted'));
    await expectRefusal('rolled back');
    await change();
    await expectRefusal('rolled back');
  });

  test('one that was reverted leaves no trace', async () => {
    await change();
    await expectSync('updated');
    await repository.rollBack();
    await repository.rollBack();
    await change();
    await expectSync('updated');
  });
});

test('a push of a file that is not committed says what comes of it, and so it comes', async () => {
  await changeOnly();
  const { notes } = await repository.syncWith();
  expect(notes).toEqual([expect.stringContaining(`until one runs with --overwrite=${secretName}`)]);
  // From a checkout that does not have it.
  await git('stash', '-q');
  await work();
  await expectRefusal('on stash');
  // Committed as it is.
  await git('stash', 'pop', '-q');
  await repository.commit();
  await expectSync('unchanged');
  await change();
  await expectSync('updated');
});

test('a clone without the history that it needs says so, whatever is deployed', async () => {
  await change();
  await expectSync('updated');
  await change();
  await rm(join(repository.directory(), '.git'), { recursive: true });
  await expectRefusal('there is no Git history here');
});
