import { policyDocument, type PolicyDocument } from './document';
import { inspection } from './key-policy';
import { anyKey, secretArns, type PolicySubject } from './subject';

/**
 * The IAM policy of whoever runs `nx g …:who`: it reads policies, grants, tags and names, and no value. It is about every
 * key of the account: which key a secret is under, and what else a key is called, is among what an audit is to find out.
 * Source: Service Authorization Reference, AWS KMS: ListAliases has no resource.
 */
export const auditPolicy = (subject: PolicySubject): PolicyDocument =>
  policyDocument([
    { Sid: 'SeeKeys', Effect: 'Allow', Action: inspection, Resource: anyKey(subject) },
    { Sid: 'SeeAliases', Effect: 'Allow', Action: ['kms:ListAliases'], Resource: ['*'] },
    {
      Sid: 'SeeSecret',
      Effect: 'Allow',
      Action: ['secretsmanager:DescribeSecret', 'secretsmanager:GetResourcePolicy'],
      Resource: secretArns(subject),
    },
    {
      Sid: 'SeeIamPolicies',
      Effect: 'Allow',
      Action: ['iam:GetAccountAuthorizationDetails'],
      Resource: ['*'],
    },
  ]);
