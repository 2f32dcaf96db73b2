import { authorizeAny } from '../iam/authorize';
import { AwsError } from '../protocol/aws-error';
import { operation, type Operations } from '../protocol/operation';
import { flag, optional, structure, text } from '../protocol/readers';
import { liveSecretById, writableSecretById } from './find';
import { secretId } from './members';
import { authorizeSecret, secretOperation } from './permission';
import { saveSecret } from './store';

const resourcePolicy = text({ min: 1, max: 20_480 });

export const resourcePolicyOperations: Operations = {
  GetResourcePolicy: secretOperation(structure({ SecretId: secretId }), (input, call) => {
    const secret = liveSecretById(call, input.SecretId);
    return { ARN: secret.arn, Name: secret.name, ResourcePolicy: secret.resourcePolicy };
  }),

  PutResourcePolicy: secretOperation(
    structure({ SecretId: secretId, ResourcePolicy: resourcePolicy, BlockPublicPolicy: optional(flag) }),
    (input, call) => {
      const secret = writableSecretById(call, input.SecretId);
      const problem = formProblem(input.ResourcePolicy);
      if (problem !== undefined) throw new AwsError('MalformedPolicyDocumentException', problem);
      if (input.BlockPublicPolicy === true && isPublic(input.ResourcePolicy)) {
        throw new AwsError(
          'PublicPolicyException',
          'The BlockPublicPolicy parameter is set to true, and the resource policy did not prevent broad access to the secret.',
        );
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
      const problem = formProblem(input.ResourcePolicy);
      const errors = [
        ...(problem === undefined ? [] : [{ CheckName: 'POLICY_SYNTAX', ErrorMessage: problem }]),
        ...(problem === undefined && isPublic(input.ResourcePolicy)
          ? [{ CheckName: 'PUBLIC_POLICY', ErrorMessage: 'The policy allows broad access to the secret.' }]
          : []),
      ];
      return { PolicyValidationPassed: errors.length === 0, ValidationErrors: errors };
    },
  ),
};

/** What is wrong with the form of a policy, in one sentence. */
function formProblem(policy: string): string | undefined {
  const statements = policyStatements(policy);
  if (statements === undefined) return 'This resource policy contains invalid Json';
  const complete = statements.every(
    (statement) =>
      (statement['Effect'] === 'Allow' || statement['Effect'] === 'Deny') &&
      ['Principal', 'Action', 'Resource'].every(
        (element) => statement[element] !== undefined || statement[`Not${element}`] !== undefined,
      ),
  );
  return complete && statements.length > 0
    ? undefined
    : 'This resource policy contains a syntax error: a statement needs Effect, Principal, Action and Resource.';
}

/** Whether a statement lets everybody in without any condition. */
function isPublic(policy: string): boolean {
  return (policyStatements(policy) ?? []).some(
    (statement) =>
      statement['Effect'] === 'Allow' &&
      statement['Condition'] === undefined &&
      (statement['NotPrincipal'] !== undefined || namesEverybody(statement['Principal'])),
  );
}

function namesEverybody(principal: unknown): boolean {
  if (principal === '*') return true;
  if (!isRecord(principal)) return false;
  return [principal['AWS']].flat().includes('*');
}

/** The statements of a policy document, or `undefined` for text that is none. */
function policyStatements(policy: string): readonly Record<string, unknown>[] | undefined {
  try {
    const document: unknown = JSON.parse(policy);
    const statements: unknown[] = isRecord(document) ? [document['Statement']].flat() : [];
    return isRecord(document) && statements.every(isRecord) ? statements : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
