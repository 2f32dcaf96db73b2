import { useRepository } from './git-practices.test-kit';

const repository = useRepository();
const { git, change, work, expectSync, expectRefusal, expectOverwrite, atCommit, resolve, idOf } = repository;

/** A way in which the branch `topic` comes to main. */
interface Practice {
  readonly practice: string;
  /** Brings it there; what stops for a conflict is resolved. */
  readonly bring: () => Promise<void>;
  /** What a sync of main does where both sides changed the file and the branch is deployed. */
  readonly afterConflict: 'updated' | 'unchanged' | 'refused';
}

/** Runs a Git command; where it stops for a conflict, a value that neither side has resolves it. */
const orResolved = async (goOn: 'merge' | 'rebase' | 'cherry-pick', ...args: readonly string[]) => {
  try {
    await git(...args);
  } catch (error) {
    if (!String(error).includes('CONFLICT')) throw error;
    await resolve(goOn);
  }
};

const practices: readonly Practice[] = [
  {
    practice: 'a merge commit',
    bring: () => orResolved('merge', 'merge', '-q', '--no-ff', '--no-edit', 'topic'),
    afterConflict: 'updated',
  },
  {
    practice: 'a squash merge',
    bring: async () => {
      try {
        await git('merge', '-q', '--squash', 'topic');
      } catch (error) {
        if (!String(error).includes('CONFLICT')) throw error;
        await git('checkout', '-q', '--ours', '.');
        await repository.changeOnly();
      }
      await repository.commit();
    },
    afterConflict: 'refused',
  },
  {
    practice: 'a rebase, with its commits made one',
    bring: async () => {
      await git('checkout', '-q', 'topic');
      await git('reset', '-q', '--soft', (await git('merge-base', 'main', 'topic')).stdout);
      await git('commit', '-qm', 'all at once');
      await orResolved('rebase', 'rebase', '-q', 'main');
      await git('checkout', '-q', 'main');
      await git('merge', '-q', '--ff-only', 'topic');
    },
    afterConflict: 'refused',
  },
  {
    practice: 'a cherry-pick of its last commit, with the content that it has there',
    bring: () => git('cherry-pick', '-Xtheirs', 'topic').then(() => undefined),
    afterConflict: 'unchanged',
  },
];

/** Two contents on the branch `topic`, each deployed to dev by its own push. */
async function deployBranch(): Promise<void> {
  await git('checkout', '-qb', 'topic');
  for (let push = 0; push < 2; push += 1) {
    await change();
    await expectSync('updated');
  }
  await git('checkout', '-q', 'main');
  await work();
}

describe.each(practices)('$practice', ({ bring, afterConflict }) => {
  test('dev from a branch: main has what is deployed, and goes on from there', async () => {
    await deployBranch();
    await bring();
    await expectSync('unchanged');
    for (let commit = 0; commit < 2; commit += 1) {
      await change();
      await expectSync('updated');
    }
  });

  test('main: what the branch brought is deployed from there', async () => {
    await git('checkout', '-qb', 'topic');
    await change();
    await change();
    await git('checkout', '-q', 'main');
    await work();
    await bring();
    await expectSync('updated');
    await change();
    await expectSync('updated');
  });

  test('hotfix, while main has changed the file: one --overwrite where main has not its commit, then none', async () => {
    await git('checkout', '-qb', 'topic');
    await change();
    await expectSync('updated');
    await git('checkout', '-q', 'main');
    await change();
    await expectRefusal(`commit ${await idOf('topic')}`);
    await bring();
    if (afterConflict === 'refused') {
      await expectRefusal('the deployed value is of commit');
      await expectOverwrite('updated');
    } else {
      await expectSync(afterConflict);
    }
    for (let commit = 0; commit < 2; commit += 1) {
      await change();
      await expectSync('updated');
    }
    await atCommit('main~2', () => expectRefusal('older than what is deployed'));
  });

  test('revert on main: deployed, not undone by a late run of what it reverts, and main goes on', async () => {
    const base = await idOf('HEAD');
    await deployBranch();
    await bring();
    await expectSync('unchanged');
    const merged = await idOf('HEAD');
    // By content: what a merge brought is reverted in another way than what a commit did.
    await git('checkout', '-q', base, '--', 'services');
    await git('commit', '-qm', 'revert');
    // The version has no label any more.
    await expectSync('updated');
    await atCommit(merged, () => expectRefusal('rolled back, or reverted by a commit'));
    await change();
    await expectSync('updated');
  });
});

test('a rebase that keeps the commits, and a fast-forward', async () => {
  await deployBranch();
  await git('checkout', '-q', 'topic');
  await git('rebase', '-q', 'main');
  await git('checkout', '-q', 'main');
  await git('merge', '-q', '--ff-only', 'topic');
  await expectSync('unchanged');
  await change();
  await expectSync('updated');
});

test('two branches that change the file in turn, and the merge of both', async () => {
  for (const branch of ['one', 'two']) {
    await git('checkout', '-qb', branch, 'main');
    await change();
  }
  await git('checkout', '-q', 'one');
  await expectSync('updated');
  await git('checkout', '-q', 'two');
  await expectRefusal(`commit ${await idOf('one')}`);
  await expectOverwrite('updated');
  await git('checkout', '-q', 'main');
  await git('merge', '-q', '--no-ff', '--no-edit', 'one');
  await orResolved('merge', 'merge', '-q', '--no-ff', '--no-edit', 'two');
  await expectSync('updated');
  await change();
  await expectSync('updated');
});

test('an amended commit, pushed by force: refused with the commit that is gone, --overwrite once', async () => {
  await git('checkout', '-qb', 'topic');
  await change();
  await expectSync('updated');
  const gone = await idOf('HEAD');
  await repository.changeOnly();
  await git('commit', '-q', '--amend', '--no-edit', '-a');
  await expectRefusal(`commit ${gone}`);
  await expectRefusal('amended, force-pushed');
  await expectOverwrite('updated');
  await change();
  await expectSync('updated');
});

test('main is pushed by force to an earlier commit: --overwrite once, also where that deploys an old version', async () => {
  await change();
  await expectSync('updated');
  await git('reset', '-q', '--hard', 'HEAD~1');
  await expectRefusal('squashed, rebased, amended, force-pushed or deleted');
  await expectOverwrite('promoted');
  await change();
  await expectSync('updated');
  await change();
  await expectSync('updated');
});

test('a branch that goes back to what it has deployed, and is squashed: the next commit is refused, once', async () => {
  await git('checkout', '-qb', 'topic');
  await change();
  await expectSync('updated');
  const first = await idOf('HEAD');
  await change();
  await expectSync('updated');
  await git('checkout', '-q', first, '--', 'services');
  await git('commit', '-qm', 'back');
  await expectSync('promoted');
  await git('checkout', '-q', 'main');
  await git('merge', '-q', '--squash', 'topic');
  await repository.commit();
  await expectSync('unchanged');
  await change();
  await expectRefusal('which is not older according to AWS');
  await expectOverwrite('updated');
  await change();
  await expectSync('updated');
});

test('a revert that an older checkout does not have: its run is refused, whether it is on the line or a branch of it', async () => {
  await change();
  await expectSync('updated');
  const older = await idOf('HEAD');
  await change();
  await expectSync('updated');
  await git('checkout', '-q', 'HEAD~2', '--', 'services');
  await git('commit', '-qm', 'revert both');
  await expectSync('updated');
  await atCommit(older, () => expectRefusal('reverted by a commit that this checkout does not have'));
  await git('checkout', '-qb', 'hotfix', older);
  await change();
  await expectRefusal('reverted by a commit that this checkout does not have');
  await git('checkout', '-q', 'main');
  await change();
  await expectSync('updated');
});

test('a pipeline of an older commit that is run again changes nothing', async () => {
  await change();
  await expectSync('updated');
  await change();
  await expectSync('updated');
  for (const older of ['HEAD~1', 'HEAD~2'])
    await atCommit(older, () => expectRefusal('older than what is deployed'));
  await expectSync('unchanged');
});
