import fc from 'fast-check';
import { tasks } from '../config/stage-roles';
import { ciJob, runLabel } from './run-label';

const commit = '3f2a1c9d8e7b6a5f4e3d2c1b0a9f8e7d6c5b4a39';

test.each<[string | undefined, string | undefined, string, string | undefined]>([
  [commit, 'github-123456789-1', 'nx-secrets-sync-3f2a1c9d8e7b-github-123456789-1', 'github-123456789-1'],
  [commit, undefined, 'nx-secrets-sync-3f2a1c9d8e7b', `commit-${commit}`],
  [undefined, 'gitlab-77', 'nx-secrets-sync-gitlab-77', 'gitlab-77'],
  [undefined, undefined, 'nx-secrets-sync', undefined],
  [
    commit,
    'jenkins-jenkins-a-folder-with-a-very-long-name-release-1234',
    'nx-secrets-sync-3f2a1c9d8e7b-with-a-very-long-name-release-1234',
    'jenkins-jenkins-a-folder-with-a-very-long-name-release-1234',
  ],
])('commit %s, job %s: %s', (commit, job, sessionName, sourceIdentity) => {
  const label = runLabel('sync', commit, job);
  expect(label).toEqual({ sessionName, ...(sourceIdentity === undefined ? {} : { sourceIdentity }) });
});

test.each([`github-${'1'.repeat(55)}-1`, `commit-${'a'.repeat(57)}`, `gitlab-${'7'.repeat(57)}`])(
  'a long branch that ends in %s is still a job of Jenkins',
  (end) => {
    const job = ciJob({ BUILD_TAG: `jenkins-shop-${end}` });
    expect(runLabel('sync', commit, job).sourceIdentity).toMatch(/^jenkins-.{56}$/);
  },
);

test('whatever a commit and a job are called, STS takes it', () => {
  const text = fc.option(fc.string({ unit: 'binary', minLength: 1, maxLength: 200 }), { nil: undefined });
  fc.assert(
    fc.property(fc.constantFrom(...tasks), text, text, (task, commit, job) => {
      const { sessionName, sourceIdentity = 'none' } = runLabel(task, commit, job);
      for (const one of [sessionName, sourceIdentity]) expect(one).toMatch(/^[\w+=,.@-]{1,64}$/);
      expect(sessionName.startsWith(`nx-secrets-${task}`)).toBe(true);
      expect(sourceIdentity).not.toMatch(/^aws:/i);
    }),
  );
});

test.each<[Record<string, string>, string | undefined]>([
  [{}, undefined],
  [{ CI: 'true' }, undefined],
  [{ GITHUB_RUN_ID: '123', GITHUB_RUN_ATTEMPT: '2' }, 'github-123-2'],
  [{ GITHUB_RUN_ID: '', CI_JOB_ID: '5' }, 'gitlab-5'],
  [{ CODEBUILD_BUILD_ID: 'shop:0f3-a' }, 'codebuild-shop-0f3-a'],
  [{ BUILD_TAG: 'jenkins-team/shop main-7' }, 'jenkins-jenkins-team-shop-main-7'],
  [{ BUILD_BUILDID: '9' }, 'azure-9'],
])('the job of %j is %s', (variables, job) => {
  expect(ciJob(variables)).toBe(job);
});
