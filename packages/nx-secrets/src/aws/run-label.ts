import type { Task } from '../config/stage-roles';

/** What a role's session is called, so that CloudTrail tells runs apart. */
export interface RunLabel {
  readonly sessionName: string;
  readonly sourceIdentity?: string;
}

/** Source: AWS STS API Reference, AssumeRole: RoleSessionName and SourceIdentity. */
const longest = 64;
const refusedCharacters = /[^\w+=,.@-]+/g;

/** How many characters of a commit's id tell it from others. */
const commitLength = 12;

/**
 * The label of a run: its session is named after the task, the commit and the job of CI; the source identity is the job,
 * else the commit.
 *
 * @param commit id of the commit that is checked out; undefined without Git
 * @param job as `ciJob` names it; undefined outside of CI
 */
export function runLabel(task: Task, commit: string | undefined, job: string | undefined): RunLabel {
  const begin = ['nx-secrets', task, commit?.slice(0, commitLength)].filter(Boolean).join('-');
  // Of what is too long the end is kept: it has the number.
  const end = job === undefined ? '' : `-${job.slice(-(longest - begin.length - 1)).replace(/^-+/, '')}`;
  const source = job ?? (commit === undefined ? undefined : `commit-${commit}`);
  return {
    sessionName: allowed(begin + end),
    ...(source === undefined ? {} : { sourceIdentity: sourceOf(source) }),
  };
}

/**
 * A source identity in STS's length. Its first word, the CI service, is kept: policies compare it (`github-*`), and a
 * branch that Jenkins puts into a job's name must not become it.
 */
function sourceOf(source: string): string {
  if (source.length <= longest) return allowed(source);
  const service = /^[a-z]+-/.exec(source)?.[0] ?? '';
  return allowed(service + source.slice(-(longest - service.length)));
}

const allowed = (text: string): string => text.replace(refusedCharacters, '-').slice(0, longest);

/** The CI services whose jobs are known, each with the variables that tell one job from every other. */
const jobVariables: readonly (readonly [service: string, ...variables: string[]])[] = [
  ['github', 'GITHUB_RUN_ID', 'GITHUB_RUN_ATTEMPT'],
  ['gitlab', 'CI_JOB_ID'],
  ['buildkite', 'BUILDKITE_JOB_ID'],
  ['circleci', 'CIRCLE_BUILD_NUM'],
  ['azure', 'BUILD_BUILDID'],
  ['bitbucket', 'BITBUCKET_BUILD_NUMBER'],
  ['codebuild', 'CODEBUILD_BUILD_ID'],
  ['jenkins', 'BUILD_TAG'],
  ['travis', 'TRAVIS_JOB_ID'],
  ['drone', 'DRONE_BUILD_NUMBER'],
];

/** The job of CI that this is, `github-123456789-1`; undefined elsewhere. Source: each service's list of variables. */
export function ciJob(environment: Readonly<Record<string, string | undefined>>): string | undefined {
  for (const [service, ...variables] of jobVariables) {
    const values = variables.flatMap((name) => environment[name] || []);
    if (environment[variables[0] ?? ''])
      return [service, ...values].join('-').replace(refusedCharacters, '-');
  }
  return undefined;
}
