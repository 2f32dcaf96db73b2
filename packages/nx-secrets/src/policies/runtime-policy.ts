import { policyDocument, type PolicyDocument } from './document';
import { allowUse } from './identity-statement';
import { readSecret } from './key-use';
import { readableSecretArns, type PolicySubject } from './subject';

/** The IAM policy of the role that the service runs under (of the task execution role on ECS): it reads its own secret. */
export const runtimePolicy = (subject: PolicySubject): PolicyDocument =>
  policyDocument([
    {
      Sid: 'ReadSecret',
      Effect: 'Allow',
      Action: ['secretsmanager:GetSecretValue'],
      Resource: readableSecretArns(subject),
    },
    allowUse(subject, 'ReadSecretWithKey', readSecret(subject)),
  ]);
