import { throwProblem } from '../problem';
import { assertPlaceholders, fillPattern } from './pattern';
import { assertPrincipalArn } from './principals';
import { readFields, wrongType } from './read-fields';

/** What a role is for; each has an entry of its own in a stage's `trust`. */
export const trustKinds = [
  'sync',
  'provision',
  'rotate',
  'prune',
  'encrypt',
  'decrypt',
  'runtime',
  'administrators',
] as const;
export type TrustKind = (typeof trustKinds)[number];

/** Somebody who may assume a role. */
export type Trusted =
  | { readonly kind: 'principal'; readonly arn: string }
  | { readonly kind: 'service'; readonly name: string }
  | {
      readonly kind: 'token';
      /** Host of the identity provider, with its path. */
      readonly provider: string;
      readonly audience: string;
      /** The `sub` of its tokens; `*` and `?` are wildcards. */
      readonly subject: string;
    };

/** Who may assume the roles of a stage, by what they are for. */
export type Trust = Readonly<Partial<Record<TrustKind, readonly Trusted[]>>>;

const tokenFields = {
  github: 'string',
  gitlab: 'string',
  branch: 'string',
  tag: 'string',
  environment: 'string',
  host: 'string',
  audience: 'string',
} as const;
type TokenFields = Readonly<Partial<Record<keyof typeof tokenFields, string>>>;

/** Names of AWS services that run something under a role, as nx.json shortens them. */
const services: Readonly<Record<string, string>> = {
  lambda: 'lambda.amazonaws.com',
  ecs: 'ecs-tasks.amazonaws.com',
  ec2: 'ec2.amazonaws.com',
};

/**
 * Reads a stage's `trust`: for each kind of role an entry or a list of them.
 *
 * @throws ProblemError for an unknown kind or field, and for an entry that lets too many in
 */
export function readTrust(raw: unknown, stagePlace: string): Trust {
  const place = `${stagePlace}.trust`;
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw))
    throwProblem(wrongType('trust', 'an object', place));
  const lists = Object.fromEntries(
    Object.entries(raw).map(([kind, value]: [string, unknown]) => [
      kind,
      Array.isArray(value) ? value : [value],
    ]),
  );
  const types = Object.fromEntries(trustKinds.map((kind) => [kind, 'object' as const]));
  const fields = readFields(lists, types, place) as Readonly<Record<string, readonly unknown[]>>;
  return Object.fromEntries(
    Object.entries(fields).map(([kind, entries]) => [
      kind,
      entries.map((entry) => readEntry(entry, kind, `${place}.${kind}`)),
    ]),
  );
}

function readEntry(entry: unknown, kind: string, place: string): Trusted {
  if (typeof entry === 'string') {
    const name = Object.hasOwn(services, entry) ? services[entry] : undefined;
    if (name !== undefined) return { kind: 'service', name };
    if (/^[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com(\.cn)?$/.test(entry))
      return { kind: 'service', name: entry };
    assertPrincipalArn(entry, kind, place);
    return { kind: 'principal', arn: entry };
  }
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry))
    throwProblem(wrongType(kind, 'an ARN, a service like "lambda", or an object', place));
  return readToken(readFields(entry, tokenFields, place), place);
}

/** Source: GitHub Docs, "OpenID Connect reference"; GitLab Docs, "Configure OpenID Connect in AWS". */
function readToken(fields: TokenFields, place: string): Trusted {
  const { github, gitlab, branch, tag, environment } = fields;
  const refs = [branch, tag, environment].filter((one) => one !== undefined);
  const [ref] = refs;
  if ((github === undefined) === (gitlab === undefined) || ref === undefined || refs.length > 1)
    return throwProblem({
      code: 'trustTooWide',
      what: 'an identity of a pipeline needs one repository, and one of "branch", "tag" or "environment"',
      where: place,
      fix: 'Write it like { "github": "owner/repository", "environment": "{stage}" } or { "gitlab": "group/project", "branch": "main" }: without the second part every branch and pull request could assume the role.',
    });
  const repository = github ?? gitlab ?? '';
  assertPlaceholders('trust', ref, place);
  if (!/^[\w.-]+(@[0-9]+)?(\/[\w.-]+(@[0-9]+)?)+$/.test(repository) || /^[*?/]*$/.test(ref))
    throwProblem({
      code: 'trustTooWide',
      what: /^[*?/]*$/.test(ref)
        ? `"${ref}" means every branch, tag or environment`
        : `"${repository}" is not the name of one repository`,
      where: place,
      fix: 'Name one repository with its owner, and a branch, tag or environment; wildcards are for a part of its name, as in "release/*".',
    });
  // Both go into ARNs, condition keys and templates as they are.
  const { host, audience } = fields;
  if (host !== undefined && !/^[a-z0-9-]+(\.[a-z0-9-]+)*(:[0-9]+)?(\/[\w.-]+)*$/i.test(host))
    throwProblem(wrongType('host', 'a host, as in "gitlab.example.com"', place));
  if (audience !== undefined && !/^[\w.:/@-]{1,255}$/.test(audience))
    throwProblem(wrongType('audience', 'the "aud" of the tokens, as in "sts.amazonaws.com"', place));
  return github === undefined ? gitlabToken(fields, repository, place) : githubToken(fields, repository);
}

function githubToken(
  { branch, tag, environment, host, audience = 'sts.amazonaws.com' }: TokenFields,
  repository: string,
): Trusted {
  const context =
    environment !== undefined
      ? // GitHub writes a colon in a name as %3A, so that a subject can be taken apart.
        `environment:${environment.replaceAll(':', '%3A')}`
      : `ref:refs/${branch === undefined ? `tags/${tag}` : `heads/${branch}`}`;
  return {
    kind: 'token',
    provider: host === undefined ? 'token.actions.githubusercontent.com' : `${host}/_services/token`,
    audience,
    subject: `repo:${repository}:${context}`,
  };
}

function gitlabToken(
  { branch, tag, environment, host = 'gitlab.com', audience = `https://${host}` }: TokenFields,
  repository: string,
  place: string,
): Trusted {
  if (environment !== undefined)
    throwProblem({
      code: 'trustTooWide',
      what: "GitLab's tokens have no environment in their subject, and AWS compares nothing else",
      where: place,
      fix: 'Name the protected branch instead: { "gitlab": "group/project", "branch": "main" }.',
    });
  const type = branch === undefined ? 'tag' : 'branch';
  return {
    kind: 'token',
    provider: host,
    audience,
    subject: `project_path:${repository}:ref_type:${type}:ref:${branch ?? tag}`,
  };
}

/** Trust with the placeholders filled in. */
export const filledTrust = (
  trust: Trust,
  { service, stage }: { readonly service: string; readonly stage: string },
): Trust => {
  const fill = (text: string) => fillPattern(text, service, stage);
  return Object.fromEntries(
    Object.entries(trust).map(([kind, entries]) => [
      kind,
      entries.map((one): Trusted => {
        if (one.kind === 'service') return one;
        return one.kind === 'principal'
          ? { ...one, arn: fill(one.arn) }
          : { ...one, subject: fill(one.subject) };
      }),
    ]),
  );
};
