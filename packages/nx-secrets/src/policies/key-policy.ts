import { partitionOf, rootArn } from '../aws/arn';
import { allOf, policyDocument, type PolicyDocument, type Statement } from './document';
import {
  findKey,
  openFile,
  readSecret,
  rekeyFile,
  sealFile,
  viaSecretsManager,
  writeSecret,
  type KeyUse,
} from './key-use';
import type { PolicySubject } from './subject';

/**
 * What administering a key takes. It does not take using it, and CreateGrant is left out: a grant is a way around the
 * key policy. Source: KMS Developer Guide, "Key administrators".
 */
export const administration = [
  'kms:CancelKeyDeletion',
  'kms:CreateAlias',
  'kms:DeleteAlias',
  'kms:DescribeKey',
  'kms:DisableKey',
  'kms:DisableKeyRotation',
  'kms:EnableKey',
  'kms:EnableKeyRotation',
  'kms:GetKeyPolicy',
  'kms:GetKeyRotationStatus',
  'kms:ListGrants',
  'kms:ListKeyPolicies',
  'kms:ListKeyRotations',
  'kms:ListResourceTags',
  'kms:PutKeyPolicy',
  'kms:ReplicateKey',
  'kms:RevokeGrant',
  'kms:RotateKeyOnDemand',
  'kms:ScheduleKeyDeletion',
  'kms:TagResource',
  'kms:UntagResource',
  'kms:UpdateAlias',
  'kms:UpdateKeyDescription',
  'kms:UpdatePrimaryRegion',
] as const;

/** What it takes to see who may use a key; none of it opens anything. */
export const inspection = [
  'kms:DescribeKey',
  'kms:GetKeyPolicy',
  'kms:ListGrants',
  'kms:ListResourceTags',
] as const;

/** A kind of use: the statement's name, who may, and what. */
type Use = readonly [sid: string, arns: readonly string[] | undefined, use: KeyUse];

/**
 * The key policy of a service's stage (docs/decisions, "The key policy names who uses a key"). The same text is for the
 * key and its replicas in other regions.
 */
export const keyPolicy = (subject: PolicySubject): PolicyDocument => policyOf(subject, usesOf(subject));

/**
 * The policy of a key that leaked and is replaced: it opens the versions of the stage's secret that are still under it, for
 * Secrets Manager on behalf of those who may read or re-key the secret, and nothing else. No file, no copy of a data key.
 */
export const revokedKeyPolicy = (subject: PolicySubject): PolicyDocument =>
  policyDocument([
    onlySecretsManager(subject),
    ...policyOf(
      subject,
      usesOf(subject).filter(([sid]) => usesOfSecret.has(sid)),
    ).Statement,
  ]);

/**
 * Denies each use but those by Secrets Manager. A grant allows without any policy, so leaving a use out does not end it; no
 * grant outweighs a deny. Source: KMS Developer Guide, "Permissions", "Grants in AWS KMS".
 */
const onlySecretsManager = (subject: PolicySubject): Statement => ({
  Sid: 'OnlySecretsManager',
  Effect: 'Deny',
  Principal: { AWS: ['*'] },
  Action: [
    'kms:CreateGrant',
    'kms:Decrypt',
    'kms:Encrypt',
    'kms:GenerateDataKey',
    'kms:GenerateDataKeyWithoutPlaintext',
    'kms:ReEncryptFrom',
    'kms:ReEncryptTo',
  ],
  Resource: ['*'],
  Condition: { StringNotEquals: { 'kms:ViaService': viaSecretsManager(subject) } },
});

function usesOf(subject: PolicySubject): readonly Use[] {
  const { principals } = subject;
  // Where the stage names nobody, the account's IAM policies let whoever administers look, too.
  const looking = principals ? [principals.sync] : [];
  return [
    ['SyncOpensFile', principals?.sync, openFile(subject)],
    ['SyncWritesSecret', principals?.sync, writeSecret(subject)],
    ...looking.map((sync): Use => ['SyncFindsKey', sync, findKey(subject)]),
    ['EncryptFile', principals?.encrypt, sealFile(subject)],
    ['DecryptFile', principals?.decrypt, openFile(subject)],
    // Where nx.json names no principals, the statements for sync and encrypt are for everybody whom IAM lets.
    ['RotateRekeysFile', principals?.rotate ?? [], rekeyFile(subject)],
    ['RotateRekeysSecret', principals?.rotate ?? [], writeSecret(subject)],
    ['ServiceReadsSecret', principals?.runtime, readSecret(subject)],
  ];
}

/** The uses that Secrets Manager makes of the key for somebody, within the secret's own encryption context. */
const usesOfSecret: ReadonlySet<string> = new Set([
  'SyncWritesSecret',
  'RotateRekeysSecret',
  'ServiceReadsSecret',
]);

/** Administration of the key, and these uses. */
const policyOf = (subject: PolicySubject, uses: readonly Use[]): PolicyDocument =>
  policyDocument([
    ...allowed(subject, 'AdministerKey', administratorsOf(subject), { actions: administration }),
    // Administrators are the only ones who may change it, and not the only ones who may look at it.
    ...(administratorsOf(subject) ? allowed(subject, 'SeeKey', undefined, { actions: inspection }) : []),
    ...uses.flatMap(([sid, arns, use]) => allowed(subject, sid, arns, use)),
  ]);

/** Who administers a key that somebody else makes, they say: whom nx.json names for the stage would lock them out. */
const administratorsOf = ({ principals, names }: PolicySubject): readonly string[] | undefined =>
  names.foreignKey ? undefined : principals?.administrators;

/**
 * Lets the named roles and users use the key, where their own IAM policies do, too. They are named by condition, not as
 * principals: KMS refuses a policy that names a role which does not exist yet, and a role that is made again under its
 * old name would be another one.
 *
 * @param arns undefined: whoever the account's IAM policies let
 */
function allowed(
  { accountId, region }: PolicySubject,
  sid: string,
  arns: readonly string[] | undefined,
  { actions, conditions = {} }: KeyUse,
): readonly Statement[] {
  if (arns?.length === 0) return [];
  const named = arns === undefined ? {} : { ArnLike: { 'aws:PrincipalArn': arns } };
  const condition = allOf(conditions, named);
  const accounts = arns?.map(accountOf) ?? [rootArn(partitionOf(region), accountId)];
  return [
    {
      Sid: sid,
      Effect: 'Allow',
      Principal: { AWS: [...new Set(accounts)] },
      Action: actions,
      Resource: ['*'],
      ...(Object.keys(condition).length === 0 ? {} : { Condition: condition }),
    },
  ];
}

/** The account that a role or user belongs to, as a principal. */
const accountOf = (arn: string) => arn.replace(/:(role|user)\/.*$/, ':root');
