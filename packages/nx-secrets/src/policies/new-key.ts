import { partitionOf } from '../aws/arn';
import { allOf, type Conditions, type Statement } from './document';
import { keyArns, regionsOf, type PolicySubject } from './subject';
import { notAliased, untagged } from './tag-conditions';

/** The one kind of key that is made, in the stage's regions. */
const ordinaryKey = (subject: PolicySubject): Conditions => ({
  StringEquals: {
    'aws:RequestedRegion': regionsOf(subject),
    'kms:KeyOrigin': ['AWS_KMS'],
    'kms:KeySpec': ['SYMMETRIC_DEFAULT'],
    'kms:KeyUsage': ['ENCRYPT_DECRYPT'],
  },
  Bool: { 'kms:MultiRegion': [String(subject.replicaRegions.length > 0)] },
});

/** KMS refuses a policy that its maker could not change again; here without the parameter that lets it pass. */
export const notLockedOut: Conditions = { Null: { 'kms:BypassPolicyLockoutSafetyCheck': ['true'] } };

/**
 * Lets KMS make the role by which it keeps multi-Region keys alike, on behalf of whoever makes one.
 * Source: KMS Developer Guide, "Create multi-Region primary keys", "Authorizing AWS KMS to synchronize multi-Region keys".
 */
export const letKmsReplicate = ({ accountId, region }: PolicySubject): Statement => ({
  Sid: 'LetKmsReplicate',
  Effect: 'Allow',
  Action: ['iam:CreateServiceLinkedRole'],
  Resource: [`arn:${partitionOf(region)}:iam::${accountId}:role/aws-service-role/mrk.kms.amazonaws.com/*`],
  Condition: { StringEquals: { 'iam:AWSServiceName': ['mrk.kms.amazonaws.com'] } },
});

/** Makes statements on the keys of a stage's account and regions, under conditions that all have to hold. */
export const allowOnKeys =
  (subject: PolicySubject) =>
  (Sid: string, Action: readonly string[], ...conditions: readonly Conditions[]): Statement => ({
    Sid,
    Effect: 'Allow',
    Action,
    Resource: keyArns(subject),
    Condition: allOf(...conditions),
  });

/** Lets a key be made with these tags: KMS asks for the making and for the tagging. */
export const makeTaggedKey = (subject: PolicySubject, newTags: Conditions): readonly Statement[] => [
  {
    Sid: 'MakeKey',
    Effect: 'Allow',
    Action: ['kms:CreateKey'],
    Resource: ['*'],
    Condition: allOf(newTags, ordinaryKey(subject), notLockedOut),
  },
  allowOnKeys(subject)('TagNewKey', ['kms:TagResource'], newTags, notAliased, untagged(subject)),
];
