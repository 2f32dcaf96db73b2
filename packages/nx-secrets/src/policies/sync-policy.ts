import { allOf, policyDocument, type PolicyDocument } from './document';
import { allowUse } from './identity-statement';
import { findKey, openFile, writeSecret } from './key-use';
import { anySecret, secretArns, type PolicySubject } from './subject';
import { ownTags, tagged } from './tag-conditions';

/**
 * The IAM policy of whoever runs `sync-secrets`: it opens the secret file and writes the secret. It cannot read the
 * secret: GetSecretValue is not among its actions. It sets no tags but its own, and replicates where nx.json says.
 * Source: Service Authorization Reference, AWS Secrets Manager; Secrets Manager User Guide, "Prevent replication".
 */
export const syncPolicy = (subject: PolicySubject): PolicyDocument => {
  const onSecret = { Effect: 'Allow', Resource: secretArns(subject) } as const;
  return policyDocument([
    // Conditions on tags and replicas hold for the actions that set none.
    {
      Sid: 'WriteSecret',
      ...onSecret,
      Action: [
        'secretsmanager:CreateSecret',
        'secretsmanager:DescribeSecret',
        // diff-secrets compares it.
        ...(subject.principals ? ['secretsmanager:GetResourcePolicy'] : []),
        'secretsmanager:ListSecretVersionIds',
        'secretsmanager:PutSecretValue',
        'secretsmanager:RestoreSecret',
        'secretsmanager:TagResource',
        'secretsmanager:UpdateSecret',
        'secretsmanager:UpdateSecretVersionStage',
      ],
      Condition: { ...ownTags(subject), Null: { 'secretsmanager:AddReplicaRegions': ['true'] } },
    },
    ...(subject.replicaRegions.length > 0
      ? [
          {
            // A secret has its tags before it is replicated: of many services they take less room than names.
            Sid: 'ReplicateSecret',
            Effect: 'Allow' as const,
            Resource: anySecret(subject),
            Action: ['secretsmanager:ReplicateSecretToRegions'],
            Condition: allOf(tagged(subject), {
              'ForAllValues:StringEquals': { 'secretsmanager:AddReplicaRegions': subject.replicaRegions },
              BoolIfExists: { 'secretsmanager:ForceOverwriteReplicaSecret': ['false'] },
            }),
          },
        ]
      : []),
    allowUse(subject, 'FindKey', findKey(subject)),
    allowUse(subject, 'OpenFile', openFile(subject)),
    allowUse(subject, 'WriteSecretWithKey', writeSecret(subject)),
  ]);
};
