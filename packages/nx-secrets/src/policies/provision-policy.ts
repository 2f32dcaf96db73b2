import { managedTags } from '../keys/ensure-key';
import { policyDocument, type Conditions, type PolicyDocument } from './document';
import { allowUse } from './identity-statement';
import { findKey } from './key-use';
import { aliasArns, keyArns, type PolicySubject } from './subject';

/**
 * The IAM policy of whoever runs `provision-keys`, or `init` where it makes keys. It makes keys with the service's tags,
 * and changes only keys that have them. A key is tagged while it is made, or as long as it has no alias: another key of
 * the account cannot be given these tags to come under this policy.
 */
export function provisionPolicy(subject: PolicySubject): PolicyDocument {
  const own = tagsAre('aws:ResourceTag', subject);
  return policyDocument([
    {
      Sid: 'MakeKey',
      Effect: 'Allow',
      Action: ['kms:CreateKey'],
      Resource: ['*'],
      Condition: tagsAre('aws:RequestTag', subject),
    },
    {
      Sid: 'TagNewKey',
      Effect: 'Allow',
      Action: ['kms:TagResource'],
      Resource: keyArns(subject),
      Condition: { ...tagsAre('aws:RequestTag', subject), Null: { 'kms:ResourceAliases': ['true'] } },
    },
    { Sid: 'NameKey', Effect: 'Allow', Action: ['kms:CreateAlias'], Resource: aliasArns(subject) },
    {
      Sid: 'KeepKey',
      Effect: 'Allow',
      Action: [
        'kms:CreateAlias',
        'kms:EnableKeyRotation',
        'kms:GetKeyRotationStatus',
        'kms:ScheduleKeyDeletion',
      ],
      Resource: keyArns(subject),
      Condition: own,
    },
    allowUse(subject, 'FindKey', findKey(subject)),
  ]);
}

/** Tags in a request, or of a key, that say whose it is. */
const tagsAre = (kind: 'aws:RequestTag' | 'aws:ResourceTag', { names }: PolicySubject): Conditions => ({
  StringEquals: Object.fromEntries(
    Object.entries(managedTags(names)).map(([tag, value]) => [`${kind}/${tag}`, [value]]),
  ),
});
