import { managedTags } from '../keys/marks';
import { policyDocument, type Conditions, type PolicyDocument } from './document';
import { allowUse } from './identity-statement';
import { findKey } from './key-use';
import { aliasArns, keyArns, secretArns, type PolicySubject } from './subject';

/**
 * The IAM policy of whoever runs `provision-keys`, or `init` where it makes keys. It makes keys with the service's tags,
 * and changes only keys that have them, or that only the service's own alias points at: one that is adopted, or has lost
 * its tags. The alias cannot be moved with it. Tags are set while a key is made, and afterwards only on the key behind the
 * alias: another key of the account cannot be tagged to come under this policy.
 */
export function provisionPolicy(subject: PolicySubject): PolicyDocument {
  const { names, replicaRegions } = subject;
  const upkeep = [
    'kms:CancelKeyDeletion',
    'kms:EnableKey',
    'kms:EnableKeyRotation',
    'kms:GetKeyPolicy',
    'kms:GetKeyRotationStatus',
    'kms:ListResourceTags',
    'kms:PutKeyPolicy',
    ...(replicaRegions.length > 0 ? ['kms:ReplicateKey'] : []),
    'kms:UpdateKeyDescription',
  ];
  const newTags = tagsAre('aws:RequestTag', subject);
  const own = tagsAre('aws:ResourceTag', subject);
  const aliased: Conditions = {
    'ForAllValues:StringEquals': { 'kms:ResourceAliases': [names.keyAlias] },
    Null: { 'kms:ResourceAliases': ['false'] },
  };
  const onKeys = { Effect: 'Allow', Resource: keyArns(subject) } as const;
  return policyDocument([
    { Sid: 'MakeKey', Effect: 'Allow', Action: ['kms:CreateKey'], Resource: ['*'], Condition: newTags },
    {
      Sid: 'TagNewKey',
      ...onKeys,
      Action: ['kms:TagResource'],
      Condition: { ...newTags, Null: { 'kms:ResourceAliases': ['true'] } },
    },
    {
      Sid: 'TagKey',
      ...onKeys,
      Action: ['kms:TagResource'],
      Condition: { ...newTags, ...aliased },
    },
    { Sid: 'NameKey', Effect: 'Allow', Action: ['kms:CreateAlias'], Resource: aliasArns(subject) },
    {
      Sid: 'KeepKey',
      ...onKeys,
      Action: [...upkeep, 'kms:CreateAlias', 'kms:DescribeKey', 'kms:ScheduleKeyDeletion'].sort(),
      Condition: own,
    },
    { Sid: 'KeepAliasedKey', ...onKeys, Action: upkeep, Condition: aliased },
    allowUse(subject, 'FindKey', findKey(subject)),
    { Sid: 'FindSurplusKeys', Effect: 'Allow', Action: ['kms:ListAliases', 'kms:ListKeys'], Resource: ['*'] },
    {
      Sid: 'SeeWhetherKeyIsNeeded',
      Effect: 'Allow',
      Action: ['secretsmanager:DescribeSecret'],
      Resource: secretArns(subject),
    },
  ]);
}

/** Tags in a request, or of a key, that say whose it is. */
const tagsAre = (kind: 'aws:RequestTag' | 'aws:ResourceTag', { names }: PolicySubject): Conditions => ({
  StringEquals: Object.fromEntries(
    Object.entries(managedTags(names)).map(([tag, value]) => [`${kind}/${tag}`, [value]]),
  ),
});
