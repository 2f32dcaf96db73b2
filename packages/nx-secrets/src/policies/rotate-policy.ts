import { replacedByTag, replacesTag, revokedTag } from '../aws/tags';
import { policyDocument, type PolicyDocument } from './document';
import { allowUse } from './identity-statement';
import { rekeyFile, writeSecret } from './key-use';
import { allowOnKeys, letKmsReplicate, makeTaggedKey, notLockedOut } from './new-key';
import { aliasArns, secretArns, type PolicySubject } from './subject';
import { aliased, allOwnTags, notAliased, ownTags, tagged } from './tag-conditions';

/**
 * The IAM policy of whoever runs `rotate`: makes the next key, moves the alias to it, puts file and secret under it, closes
 * a key that leaked and schedules the deletion of old ones. It goes by the stage's three tags, since neither the next key
 * nor an old one has the alias.
 *
 * KMS shows a policy the same request for a key that is being made with tags and for one that exists without tags and
 * aliases (see `provisionPolicy`). Here the alias can be moved to it and its policy be set then: KMS cannot tell that from
 * a rotation, so such a key is within reach of this role. docs/least-privilege.md says what to do about it.
 * Source: Service Authorization Reference, AWS KMS; KMS Developer Guide, "Controlling access to aliases".
 */
export function rotatePolicy(subject: PolicySubject): PolicyDocument {
  // A key that somebody else makes is theirs to replace; what is left is a new data key for the file.
  if (subject.names.foreignKey) return policyDocument([allowUse(subject, 'RekeyFile', rekeyFile(subject))]);
  const onKeys = allowOnKeys(subject);
  const own = tagged(subject);
  const newTags = allOwnTags(subject, replacesTag);
  const isReplicated = subject.replicaRegions.length > 0;
  // In a region where the alias is not there yet it is made.
  const naming = isReplicated ? ['kms:CreateAlias', 'kms:UpdateAlias'] : ['kms:UpdateAlias'];
  return policyDocument([
    ...makeTaggedKey(subject, newTags),
    onKeys('LinkKeys', ['kms:TagResource'], own, ownTags(subject, replacedByTag, revokedTag)),
    { Sid: 'MoveAlias', Effect: 'Allow', Action: naming, Resource: aliasArns(subject) },
    onKeys(
      'KeepKey',
      [
        ...naming,
        'kms:DescribeKey',
        'kms:EnableKeyRotation',
        'kms:GetKeyPolicy',
        'kms:ListResourceTags',
        'kms:UpdateKeyDescription',
      ],
      own,
    ),
    onKeys('SetKeyPolicy', ['kms:PutKeyPolicy'], aliased(subject), own, notLockedOut),
    onKeys(
      'CloseRevokedKey',
      ['kms:PutKeyPolicy'],
      own,
      { StringEquals: { [`aws:ResourceTag/${revokedTag}`]: ['yes'] } },
      notLockedOut,
    ),
    onKeys('DropOldKey', ['kms:ScheduleKeyDeletion'], own, notAliased),
    ...(isReplicated
      ? [
          onKeys('ReplicateKey', ['kms:ReplicateKey'], own, {
            StringEquals: { 'kms:ReplicaRegion': subject.replicaRegions },
          }),
          letKmsReplicate(subject),
        ]
      : []),
    { Sid: 'SeeWhatNeedsKey', Effect: 'Allow', Action: ['kms:ListAliases'], Resource: ['*'] },
    {
      Sid: 'MoveSecretToKey',
      Effect: 'Allow',
      Action: [
        'secretsmanager:DescribeSecret',
        'secretsmanager:ListSecretVersionIds',
        'secretsmanager:UpdateSecret',
      ],
      Resource: secretArns(subject),
    },
    allowUse(subject, 'RekeyFile', rekeyFile(subject)),
    allowUse(subject, 'RekeySecret', writeSecret(subject)),
  ]);
}
