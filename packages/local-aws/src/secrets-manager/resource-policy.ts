import { authorizeAny } from '../operation/authorize';
import { unknownPrincipal } from '../iam/known-principals';
import { parsePolicyText } from '../iam/parse-policy';
import { allowsStrangers } from '../iam/public-policy';
import { AwsError } from '../protocol/aws-error';
import { type Call, operation, type Operations } from '../operation/operation';
import { flag, optional, structure, text } from '../protocol/readers';
import { liveSecretById, writableSecretById } from './find';
import { secretId } from './members';
import { authorizeSecret, secretOperation } from './permission';
import { saveSecret } from './store';

const resourcePolicy = text({ min: 1, max: 20_480 });
/** What one can do to a secret that is there. */
const secretActions = [
  'GetSecretValue',
  'DescribeSecret',
  'PutSecretValue',
  'UpdateSecret',
  'UpdateSecretVersionStage',
  'DeleteSecret',
  'RestoreSecret',
  'ListSecretVersionIds',
  'TagResource',
  'UntagResource',
  'RotateSecret',
  'CancelRotateSecret',
  'GetResourcePolicy',
  'PutResourcePolicy',
  'DeleteResourcePolicy',
  'ReplicateSecretToRegions',
  'RemoveRegionsFromReplication',
  'StopReplicationToReplica',
].map((name) => `secretsmanager:${name}`);

export const resourcePolicyOperations: Operations = {
  GetResourcePolicy: secretOperation(structure({ SecretId: secretId }), (input, call) => {
    const secret = liveSecretById(call, input.SecretId);
    return { ARN: secret.arn, Name: secret.name, ResourcePolicy: secret.resourcePolicy };
  }),

  PutResourcePolicy: secretOperation(
    structure({ SecretId: secretId, ResourcePolicy: resourcePolicy, BlockPublicPolicy: optional(flag) }),
    (input, call) => {
      const secret = writableSecretById(call, input.SecretId);
      const fault = policyFault(call, input.ResourcePolicy);
      if (fault?.check === 'PUBLIC_POLICY') {
        if (input.BlockPublicPolicy === true) throw publicPolicy();
      } else if (fault !== undefined) {
        throw new AwsError('MalformedPolicyDocumentException', fault.message);
      }
      saveSecret(call, { ...secret, resourcePolicy: input.ResourcePolicy });
      return { ARN: secret.arn, Name: secret.name };
    },
    (input) => [['secretsmanager:BlockPublicPolicy', String(input.BlockPublicPolicy ?? false)]],
  ),

  DeleteResourcePolicy: secretOperation(structure({ SecretId: secretId }), (input, call) => {
    const secret = writableSecretById(call, input.SecretId);
    saveSecret(call, { ...secret, resourcePolicy: undefined });
    return { ARN: secret.arn, Name: secret.name };
  }),

  ValidateResourcePolicy: operation(
    structure({ SecretId: optional(secretId), ResourcePolicy: resourcePolicy }),
    (input, call) => {
      if (input.SecretId === undefined) authorizeAny(call);
      else {
        authorizeSecret(call, input.SecretId, []);
        liveSecretById(call, input.SecretId);
      }
      const fault = policyFault(call, input.ResourcePolicy);
      const errors = fault === undefined ? [] : [{ CheckName: fault.check, ErrorMessage: fault.message }];
      return { PolicyValidationPassed: errors.length === 0, ValidationErrors: errors };
    },
  ),
};

function publicPolicy(): AwsError {
  return new AwsError(
    'PublicPolicyException',
    'The BlockPublicPolicy parameter is set to true, and the resource policy did not prevent broad access to the secret.',
  );
}

/** What is wrong with a policy of a secret, as ValidateResourcePolicy names it. */
interface PolicyFault {
  readonly check: 'POLICY_SYNTAX' | 'PRINCIPAL' | 'PUBLIC_POLICY';
  readonly message: string;
}

function policyFault(call: Call, text: string): PolicyFault | undefined {
  const parsed = parsePolicyText(text, 'resource');
  if (parsed.kind === 'malformed') {
    const { place, what } = parsed.problem;
    const message = `This resource policy contains a syntax error: ${place} ${what}`;
    return { check: 'POLICY_SYNTAX', message };
  }
  if (call.directory !== undefined && unknownPrincipal(call.directory, parsed.policy) !== undefined) {
    return { check: 'PRINCIPAL', message: 'This resource policy contains an unsupported principal.' };
  }
  if (!allowsStrangers(parsed.policy, secretActions)) return undefined;
  return { check: 'PUBLIC_POLICY', message: 'The policy allows broad access to the secret.' };
}
