import { posix } from 'node:path';
import { accessList } from '../../access/access';
import { actorOf, anybodyOf } from '../../access/actor';
import { actorsOf } from '../../access/actors';
import { differences } from '../../access/differences';
import { readFileAccess, isAt, type FileReading } from '../../access/recipients';
import type { Site } from '../../access/site';
import type { StageAccess } from '../../access/stage-access';
import { readPolicy, emptyPolicy, type LivePolicy } from '../../access/live-policy';
import { partitionOf } from '../../aws/arn';
import { keyArnIn, keyResource } from '../../config/stage-key';
import type { Clients } from '../../aws/clients';
import { didYouMean } from '../../config/did-you-mean';
import type { Options } from '../../config/options';
import type { Service } from '../../config/services';
import type { PolicyDocument } from '../../policies/document';
import { keyPolicy } from '../../policies/key-policy';
import { secretPolicy } from '../../policies/secret-policy';
import { regionsOf, type PolicySubject } from '../../policies/subject';
import { throwProblem, type Problem } from '../../problem';
import { readSecretFile } from '../../secret-file/read-write';
import { openAttempts } from './attempt';
import type { Identities } from './read-identities';
import { readSites } from './read-sites';

/** What is asked, and by what it is answered. */
export interface StageQuestion {
  readonly workspaceRoot: string;
  readonly options: Options;
  readonly service: Service;
  readonly subject: PolicySubject;
  /** The one key that is asked about. */
  readonly key: string | undefined;
  readonly clientsIn: (region: string) => Clients;
  /** Throws a ProblemError where the credentials are of another account, or there are none. */
  readonly assertAccount: (subject: PolicySubject) => Promise<void>;
  /** The roles and users of the account; asked once for all stages of it. */
  readonly identities: (subject: PolicySubject) => Promise<Identities>;
}

/**
 * Who may do what with a stage, by reading calls alone. What is refused is named in the answer.
 *
 * @throws ProblemError where the key that is asked about is not in the file
 */
export async function readStage(question: StageQuestion): Promise<StageAccess> {
  const { service, subject, key, clientsIn } = question;
  const { names, accountId, region, principals } = subject;
  const attempts = openAttempts();
  const file = await readFile(question, attempts.attempt);
  const isHere = await attempts.attempt(`key, secret and IAM policies in account ${accountId}`, () =>
    question.assertAccount(subject),
  );
  const { sites, notes } = isHere.known
    ? await readSites(subject, clientsIn, attempts)
    : { sites: [], notes: [] };
  const identities = isHere.known
    ? await attempts.attempt(`IAM policies of account ${accountId}`, () => question.identities(subject))
    : { known: false as const };
  const context = file?.context ?? { service: names.service, stage: names.stage };
  const known = identities.known ? identities.value : undefined;
  const unreadable = (known?.unreadable ?? []).map((one) => ({
    what: one,
    code: 'unreadablePolicy' as const,
    why: 'it cannot be read',
    fix: 'Look at it in the IAM console.',
  }));
  const named = namesOf(principals);
  const actors = actorsOf(
    { id: accountId, partition: partitionOf(region) },
    sites.flatMap(policiesOf),
    sites.flatMap(({ fileKey, secretKey }) => [...fileKey.grants, ...secretKey.grants]),
    known?.actors,
    [...named.keys()],
  );
  const accesses = accessList(sites, actors, context);
  const anybody = actorOf(
    { kind: 'AWS', id: anybodyOf(partitionOf(region), accountId) },
    partitionOf(region),
  );
  return {
    service: service.name,
    stage: names.stage,
    address: { root: service.root, project: question.options.projects.get(service.root) },
    secretName: names.secretName,
    keyAlias: keyResource(names),
    kmsKeyArn: names.foreignKey?.arn,
    account: accountId,
    regions: regionsOf(subject),
    key,
    accesses,
    file,
    differences: anybody
      ? differences({
          live: sites,
          wanted: sites.map((site) => wantedSite(site, subject)),
          context,
          accesses,
          named: [...named.keys()],
          identities: known?.actors,
          anybody,
        })
      : [],
    named: principals ? named : undefined,
    unknown: [...attempts.unknown(), ...unreadable],
    notes: [...notes, ...ownNotes(question, file)],
  };
}

const policiesOf = ({ fileKey, secretKey, secretPolicy: own }: Site): readonly LivePolicy[] =>
  [fileKey.policy, secretKey.policy, own].flatMap((policy) => (policy.known ? [policy.value] : []));

function ownNotes({ subject }: StageQuestion, file: FileReading | undefined): readonly string[] {
  const { foreignKey } = subject.names;
  return [
    ...(foreignKey
      ? [`somebody else makes ${foreignKey.arn}: its policy is theirs, and nx-secrets does not set it`]
      : []),
    ...(subject.principals
      ? []
      : [
          `nx.json names no principals for stage ${subject.names.stage}: the IAM policies of the account decide`,
        ]),
    ...(file && file.recipients.some(({ status }) => status !== 'own')
      ? ['recipients are what the file says of itself; whoever can commit the file can write them']
      : []),
  ];
}

/** The kinds of `principals` by ARN. */
function namesOf(principals: PolicySubject['principals']): ReadonlyMap<string, readonly string[]> {
  const named = new Map<string, string[]>();
  for (const [kind, arns] of Object.entries(principals ?? {}) as [string, readonly string[]][])
    for (const arn of arns) named.set(arn, [...(named.get(arn) ?? []), kind]);
  return named;
}

/** The same place under the policies that nx.json asks for. */
function wantedSite(site: Site, subject: PolicySubject): Site {
  const rules = { policy: { known: true, value: asLive(keyPolicy(subject)) }, grants: [] } as const;
  return {
    ...site,
    secretExists: site.secretExists,
    fileKey: rules,
    secretKey: rules,
    secretPolicy: {
      known: true,
      value: subject.principals ? asLive(secretPolicy(subject)) : emptyPolicy,
    },
  };
}

/** The policy that nx.json asks for is read as others are, so that both are judged alike. */
function asLive(document: PolicyDocument): LivePolicy {
  const policy = readPolicy(JSON.stringify(document), 'resource', Infinity);
  return typeof policy === 'string' ? emptyPolicy : policy;
}

async function readFile(
  { workspaceRoot, options, service, subject, key }: StageQuestion,
  attempt: ReturnType<typeof openAttempts>['attempt'],
): Promise<FileReading | undefined> {
  const { names, region, accountId, replicaRegions } = subject;
  const named = service.files.find(({ stage }) => stage === names.stage);
  if (!named) {
    if (key !== undefined) throwProblem(noFile(service, names.stage));
    return undefined;
  }
  const path = posix.join(service.root, named.path);
  const listed = {
    own: { arn: keyArnIn(region, accountId, names), service: names.service, stage: names.stage },
    replicaRegions,
    recipients: options.stages.get(names.stage)?.recipients ?? {},
  };
  const read = await attempt(`the recipients of ${path}`, async () => {
    const { file } = await readSecretFile(workspaceRoot, path);
    return readFileAccess(file, path, listed, key);
  });
  if (!read.known) return undefined;
  const { keys, pending } = read.value;
  const all = [...keys, ...pending];
  if (key !== undefined && !all.some((name) => isAt(name, key))) throwProblem(noKey(key, all, path));
  return read.value;
}

const noFile = ({ name, root }: Service, stage: string): Problem => ({
  code: 'noSecretFile',
  what: `service ${name} has no secret file for stage ${stage}, so no key in it`,
  where: root,
  fix: 'Leave --key out, to see who may read and write the secret.',
});

const noKey = (key: string, keys: readonly string[], path: string): Problem => ({
  code: 'unknownKey',
  what: `there is no key ${key} in this file`,
  where: path,
  fix: `${didYouMean(key, keys)}${keys.length > 0 ? `There are: ${keys.slice(0, 50).join(', ')}${keys.length > 50 ? ', …' : ''}.` : 'It has no keys yet.'}`,
});
