import { randomBytes } from 'node:crypto';
import { isSopsError, throwProblem, toProblem, type Problem } from '../../problem';
import type { Clients } from '../../aws/clients';
import { aliasesOf, describeKey, keyPolicyText, keyTags } from '../../aws/kms/keys';
import { putKeyPolicy, setKeyDescription, setKeyTags } from '../../aws/kms/change-keys';
import { labelledVersions } from '../../aws/secrets-manager/list-secret-versions';
import { describeSecret, updateSecret } from '../../aws/secrets-manager/secrets';
import { generate } from '../../config/commands';
import { readSecretFile } from '../../secret-file/read-write';
import type { DesiredKey, KeyIdentity } from '../states';
import { openByAny } from './re-encrypt';
import type { RotationContext } from './context';
import { isRevoked, type Replacement } from './replacement';
import { policyDifference } from '../policy-difference';
import { revokedKey } from '../revoked-key';

/** A permission, and how it is asked for. */
interface Question {
  readonly action: string;
  readonly resource: string;
  /** Reads, or writes what exists: AWS has no dry run for most calls that a rotation makes. */
  readonly ask: () => Promise<unknown>;
}

/** What AWS tells only when it is called. None of it is called while something is missing. */
const unaskable = ({ replicaRegions }: DesiredKey): readonly string[] => [
  'kms:CreateKey',
  'kms:EnableKeyRotation',
  'kms:UpdateAlias',
  'kms:ScheduleKeyDeletion',
  ...(replicaRegions.length > 0 ? ['kms:ReplicateKey', 'kms:CreateAlias'] : []),
];

/**
 * Asks for the permissions of a rotation before its first effect: whether the file opens, whether each of its KMS keys
 * encrypts, and each further call by reading, or by writing what exists.
 *
 * @param replacement undefined where reading it was refused: then nothing is written, not even the same again
 * @throws ProblemError naming all that is missing; ProblemError or SopsError where the file does not open
 */
export async function assertPermitted(
  desired: DesiredKey,
  context: RotationContext,
  replacement: Replacement | undefined,
  revoke: boolean,
): Promise<void> {
  const unopened = await refusalOf(fileQuestion(context, replacement), (error) => {
    // A file that does not open for another reason may be forged: nothing is asked of the keys that it names.
    if (replacement) throw error;
    return [];
  });
  const questions = [
    ...(await questionsAboutKeysOfFile(context)),
    ...questionsAboutKey(desired, context, replacement?.key),
    ...(revoke ? questionsAboutSecret(desired, context, replacement?.key) : []),
    ...desired.replicaRegions.flatMap((region) =>
      questionsAboutReplica(region, desired, context, replacement?.key, revoke),
    ),
  ];
  // Whatever else is wrong comes up in the step that meets it.
  const refused = await Promise.all(questions.map((one) => refusalOf(one, () => [])));
  const missing = [...unopened, ...refused.flat()];
  if (missing.length === 0) return;
  const key = replacement?.key;
  const isClosed = key !== undefined && (await isClosedKey(desired, context, key));
  throwProblem(isClosed ? revokedKey(desired, key) : notPermitted(desired, missing));
}

/** Whether the alias is at a key that an earlier run closed: then no permission of the caller is what is missing. */
async function isClosedKey(
  { scope, revokedPolicy }: DesiredKey,
  { clientsIn }: RotationContext,
  key: KeyIdentity,
): Promise<boolean> {
  if (!isRevoked(key)) return false;
  const text = await keyPolicyText(clientsIn(scope.region), key.id).catch(() => undefined);
  return text !== undefined && policyDifference(text, revokedPolicy).length === 0;
}

const isRefusal = (error: unknown): boolean =>
  toProblem(error).denied !== undefined || (isSopsError(error) && error.code === 'accessDenied');

/** A question that is refused, or none. */
const refusalOf = (
  { action, resource, ask }: Question,
  otherwise: (error: unknown) => readonly [],
): Promise<readonly Pick<Question, 'action' | 'resource'>[]> =>
  ask().then(
    () => [],
    (error: unknown) => (isRefusal(error) ? [{ action, resource }] : otherwise(error)),
  );

function fileQuestion({ file }: RotationContext, replacement: Replacement | undefined): Question {
  const { next, olds = [] } = replacement ?? {};
  return {
    action: 'kms:Decrypt',
    resource: `${file.own.arn}, to open ${file.path}`,
    ask: async () => {
      const opened = await openByAny(file, [...(next ? [next] : []), ...olds]);
      opened.dataKey.fill(0);
    },
  };
}

/** Encrypts random bytes that nobody keeps. */
async function questionsAboutKeysOfFile({ file }: RotationContext): Promise<readonly Question[]> {
  const { metadata } = (await readSecretFile(file.workspaceRoot, file.path)).file;
  const keys = metadata.groups.flat().filter((one) => one.kind === 'kms');
  return keys.map((key) => ({
    action: 'kms:Encrypt',
    resource: `${key.arn}, to write ${file.path}`,
    ask: () => file.keyring.wrap(key, randomBytes(32)),
  }));
}

function questionsAboutKey(
  { names, scope, tags }: DesiredKey,
  { clientsIn }: RotationContext,
  key: KeyIdentity | undefined,
): readonly Question[] {
  const clients = clientsIn(scope.region);
  const resource = key?.id ?? names.keyAlias;
  return [
    { action: 'kms:DescribeKey', resource, ask: () => describeKey(clients, names.keyAlias) },
    {
      action: 'kms:ListResourceTags',
      resource,
      ask: async () => {
        const id = key?.id ?? (await describeKey(clients, names.keyAlias).catch(() => undefined))?.id;
        return id === undefined ? undefined : keyTags(clients, id);
      },
    },
    ...(key
      ? [
          ...policyQuestions(clients, key.id, resource),
          { action: 'kms:TagResource', resource, ask: () => setKeyTags(clients, key.id, tags) },
          {
            action: 'kms:UpdateKeyDescription',
            resource,
            ask: () => setKeyDescription(clients, key.id, key.description),
          },
        ]
      : []),
  ];
}

function policyQuestions(clients: Clients, keyId: string, resource: string): readonly Question[] {
  const read = () => keyPolicyText(clients, keyId);
  // KMS has no dry run for it (Developer Guide, "Testing your permissions"), and IAM's simulator does not know key policies.
  // What somebody else sets between the two calls is lost: docs/rotation.md says so.
  const unlessUnread = async () => {
    const text = await read().catch(() => undefined);
    if (text !== undefined) await putKeyPolicy(clients, keyId, text);
  };
  return [
    { action: 'kms:GetKeyPolicy', resource, ask: read },
    { action: 'kms:PutKeyPolicy', resource, ask: unlessUnread },
  ];
}

function questionsAboutSecret(
  { names: { secretName }, scope }: DesiredKey,
  { clientsIn }: RotationContext,
  key: KeyIdentity | undefined,
): readonly Question[] {
  const clients = clientsIn(scope.region);
  return [
    ...usesQuestions(clients, secretName, key),
    {
      action: 'secretsmanager:DescribeSecret',
      resource: secretName,
      ask: () => describeSecret(clients, secretName),
    },
    ...(key
      ? [
          {
            action: 'secretsmanager:UpdateSecret',
            resource: `${secretName}, with kms:GenerateDataKey and kms:Decrypt through Secrets Manager`,
            // The key that it has: Secrets Manager asks KMS for both, and the secret stays as it is.
            ask: async () => {
              const secret = await describeSecret(clients, secretName).catch(() => undefined);
              if (secret?.kind === 'present' && secret.deletion === 'none')
                await updateSecret(clients, secretName, {
                  keyArn: secret.kmsKeyId,
                  description: secret.description,
                });
            },
          },
        ]
      : []),
  ];
}

const usesQuestions = (
  clients: Clients,
  secretName: string,
  key: KeyIdentity | undefined,
): readonly Question[] => [
  ...(key ? [{ action: 'kms:ListAliases', resource: key.id, ask: () => aliasesOf(clients, key.id) }] : []),
  {
    action: 'secretsmanager:ListSecretVersionIds',
    resource: secretName,
    ask: () => labelledVersions(clients, secretName),
  },
];

function questionsAboutReplica(
  region: string,
  { names, scope, tags }: DesiredKey,
  { clientsIn }: RotationContext,
  key: KeyIdentity | undefined,
  revoke: boolean,
): readonly Question[] {
  const clients = clientsIn(region);
  const isThere = key?.regions.kind === 'primary' && key.regions.replicas.includes(region);
  const named = (questions: readonly Question[]) =>
    questions.map((one) => ({ ...one, resource: `${one.resource} in ${region}` }));
  return region === scope.region
    ? []
    : named([
        ...(key && isThere
          ? [
              ...policyQuestions(clients, key.id, key.id),
              {
                action: 'kms:TagResource',
                resource: key.id,
                ask: () => setKeyTags(clients, key.id, tags),
              },
            ]
          : []),
        ...(revoke ? usesQuestions(clients, names.secretName, isThere ? key : undefined) : []),
      ]);
}

function notPermitted(
  desired: DesiredKey,
  missing: readonly Pick<Question, 'action' | 'resource'>[],
): Problem {
  const lines = [...new Set(missing.map(({ action, resource }) => `${action} on ${resource}`))];
  const [first] = missing;
  const { names, where } = desired;
  return {
    code: 'accessDenied',
    ...(first ? { denied: first.action } : {}),
    what: `${lines.length === 1 ? 'a permission is' : `${lines.length} permissions are`} missing, so nothing was changed: ${lines.join('; ')}`,
    where: `${where}, ${names.keyAlias}`,
    fix: [
      'Give the identity in use the policy for rotating, and where nx.json has "principals", name it as "rotate":',
      generate(names.address, 'policy', '--for=rotate', `--stage=${names.stage}`, '--quiet'),
      `AWS tells these only when they are called: ${unaskable(desired).join(', ')}. The policy has them.`,
    ].join('\n'),
  };
}
