import { partitionOf } from '../aws/arn';
import { managedTags } from '../aws/tags';
import { policyDocument, type PolicyDocument } from './document';
import type { PolicySubject } from './subject';

/**
 * The IAM policy of whoever runs `prune`: it deletes secrets of the stage that nx-secrets made, of whichever service. The
 * services that it is about are gone, and their names with them, so the secrets' tags tell which are meant.
 * Source: Service Authorization Reference, AWS Secrets Manager (ListSecrets has no resource).
 */
export const prunePolicy = ({ names, accountId, region }: PolicySubject): PolicyDocument => {
  const tags = managedTags(names);
  return policyDocument([
    { Sid: 'ListSecrets', Effect: 'Allow', Action: ['secretsmanager:ListSecrets'], Resource: ['*'] },
    {
      Sid: 'DeleteSecret',
      Effect: 'Allow',
      Action: ['secretsmanager:DeleteSecret', 'secretsmanager:DescribeSecret'],
      Resource: [`arn:${partitionOf(region)}:secretsmanager:${region}:${accountId}:secret:*`],
      Condition: {
        StringEquals: {
          'aws:ResourceTag/managed-by': [tags['managed-by']],
          'aws:ResourceTag/stage': [tags.stage],
        },
        // Without it a secret would be gone at once, and nothing could restore it.
        BoolIfExists: { 'secretsmanager:ForceDeleteWithoutRecovery': ['false'] },
      },
    },
  ]);
};
