import { redundantKeyWindowDays } from '../aws/tags';
import { policyDocument, type PolicyDocument, type Statement } from './document';
import { allowUse } from './identity-statement';
import { findKey } from './key-use';
import { allowOnKeys, letKmsReplicate, makeTaggedKey, notLockedOut } from './new-key';
import { aliasArns, anySecret, secretArns, type PolicySubject } from './subject';
import { aliased, allOwnTags, notAliased, ownTags, tagged } from './tag-conditions';

/**
 * The IAM policy of whoever runs `provision-keys`, or `init` where it makes keys. It makes keys with the service's tags.
 * Who may set a key's policy decides who reads what it encrypts, so policies, and replicas with policies of their own,
 * are set for the key behind the service's alias alone, and the alias cannot be moved with it.
 *
 * KMS requires kms:TagResource on every key of the account where a key is made with tags, and shows a policy the same
 * request as for a key that exists without tags and aliases. So a key that has an alias, or one of the three tags, is not
 * tagged. One that has neither is not opened by it: with the tags it may be named (where the alias does not exist yet),
 * enabled and scheduled for deletion, in the longest window, and nothing else.
 * Source: KMS Developer Guide, "Controlling access to tags"; Service Authorization Reference, AWS KMS.
 */
export function provisionPolicy(subject: PolicySubject): PolicyDocument {
  if (subject.names.foreignKey) return lookingPolicy(subject);
  const upkeep = [
    'kms:CancelKeyDeletion',
    'kms:EnableKey',
    'kms:EnableKeyRotation',
    'kms:GetKeyPolicy',
    'kms:GetKeyRotationStatus',
    'kms:ListResourceTags',
    'kms:UpdateKeyDescription',
  ];
  const onKeys = allowOnKeys(subject);
  const newTags = allOwnTags(subject);
  const isReplicated = subject.replicaRegions.length > 0;
  const own = tagged(subject);
  const behindAlias = aliased(subject);
  const keepKey = onKeys('KeepKey', [...upkeep, 'kms:CreateAlias', 'kms:DescribeKey'].sort(), own);
  return policyDocument([
    ...makeTaggedKey(subject, newTags),
    { Sid: 'NameKey', Effect: 'Allow', Action: ['kms:CreateAlias'], Resource: aliasArns(subject) },
    subject.principals
      ? {
          ...keepKey,
          Action: [...keepKey.Action, ...secretUpkeep],
          Resource: [...keepKey.Resource, ...anySecret(subject)],
        }
      : keepKey,
    // Conditions on tags, replicas and the lockout check hold for the actions that have none of them.
    onKeys(
      'KeepAliasedKey',
      [
        ...upkeep,
        'kms:PutKeyPolicy',
        'kms:TagResource',
        ...(isReplicated ? ['kms:ReplicateKey'] : []),
      ].sort(),
      behindAlias,
      ownTags(subject),
      notLockedOut,
      isReplicated ? { StringEqualsIfExists: { 'kms:ReplicaRegion': subject.replicaRegions } } : {},
    ),
    onKeys('DropKey', ['kms:ScheduleKeyDeletion'], own, notAliased, {
      NumericEquals: { 'kms:ScheduleKeyDeletionPendingWindowInDays': [String(redundantKeyWindowDays)] },
    }),
    ...(isReplicated ? [letKmsReplicate(subject)] : []),
    allowUse(subject, 'FindKey', findKey(subject)),
    { Sid: 'ListKeys', Effect: 'Allow', Action: ['kms:ListAliases', 'kms:ListKeys'], Resource: ['*'] },
    seeSecret(subject),
    ...(subject.principals ? [noPublicPolicy] : []),
  ]);
}

/** Where somebody else makes the key, it is looked at; the secret's policy is set as otherwise. */
const lookingPolicy = (subject: PolicySubject): PolicyDocument =>
  policyDocument([
    allowUse(subject, 'FindKey', findKey(subject)),
    seeSecret(subject),
    ...(subject.principals
      ? [
          {
            Sid: 'KeepSecretPolicy',
            Effect: 'Allow' as const,
            Action: secretUpkeep,
            Resource: anySecret(subject),
            Condition: tagged(subject),
          },
          noPublicPolicy,
        ]
      : []),
  ]);

/** Whether a key is needed, and whether the secret's policy can be set. */
const seeSecret = (subject: PolicySubject): Statement => ({
  Sid: 'SeeSecret',
  Effect: 'Allow',
  Action: ['secretsmanager:DescribeSecret'],
  Resource: secretArns(subject),
});

/**
 * The secret has a policy where the stage names principals; never one that lets strangers in. A secret of the stage is
 * recognized by its tags, as a key is: the same statement is about both.
 * Source: Service Authorization Reference, AWS Secrets Manager, secretsmanager:BlockPublicPolicy.
 */
const noPublicPolicy: Statement = {
  Sid: 'NoPublic',
  Effect: 'Deny',
  Action: ['secretsmanager:PutResourcePolicy'],
  Resource: ['*'],
  Condition: { BoolIfExists: { 'secretsmanager:BlockPublicPolicy': ['false'] } },
};
const secretUpkeep = ['secretsmanager:GetResourcePolicy', 'secretsmanager:PutResourcePolicy'];
