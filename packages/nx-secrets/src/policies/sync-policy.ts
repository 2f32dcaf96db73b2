import { policyDocument, type PolicyDocument } from './document';
import { allowUse } from './identity-statement';
import { openFile, writeSecret } from './key-use';
import { secretArns, type PolicySubject } from './subject';

/**
 * The IAM policy of whoever runs `sync-secrets`: it opens the secret file and writes the secret. It cannot read the
 * secret: GetSecretValue is not among its actions.
 */
export const syncPolicy = (subject: PolicySubject): PolicyDocument =>
  policyDocument([
    {
      Sid: 'WriteSecret',
      Effect: 'Allow',
      Action: [
        'secretsmanager:CreateSecret',
        'secretsmanager:DescribeSecret',
        'secretsmanager:PutSecretValue',
        ...(subject.replicaRegions.length > 0 ? ['secretsmanager:ReplicateSecretToRegions'] : []),
        'secretsmanager:RestoreSecret',
        'secretsmanager:TagResource',
        'secretsmanager:UpdateSecret',
        'secretsmanager:UpdateSecretVersionStage',
      ],
      Resource: secretArns(subject),
    },
    allowUse(subject, 'OpenFile', openFile(subject)),
    allowUse(subject, 'WriteSecretWithKey', writeSecret(subject)),
  ]);
