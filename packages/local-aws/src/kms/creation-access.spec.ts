import type { Identity } from '../iam/identity';
import { policy } from '../iam/iam.test-kit';
import { parsePolicy } from '../iam/parse-policy';
import { AwsError } from '../protocol/aws-error';
import { operationCalls } from '../operation-calls.test-kit';

const account = '123456789012';
const open = JSON.stringify(
  policy({ Effect: 'Allow', Principal: { AWS: account }, Action: '*', Resource: '*' }),
);
const Tags = [{ TagKey: 'service', TagValue: 'user' }];

/** Somebody whom these statements allow what they do. */
function somebody(...statements: readonly object[]): Identity {
  const Statement = statements.map((item) => ({ Effect: 'Allow', Resource: '*', ...item }));
  const parsed = parsePolicy({ Version: '2012-10-17', Statement }, 'identity');
  if (parsed.kind === 'malformed') throw new Error(parsed.problem.what);
  const arn = `arn:aws:iam::${account}:user/ann`;
  return {
    principal: { kind: 'user', account, arn },
    policies: [parsed.policy],
    permissionBoundaries: [],
    context: [],
  };
}

function answer(identity: Identity, action: string, input: (KeyId: string) => object): string {
  const aws = operationCalls();
  const created = aws.call('kms:CreateKey', {}) as { KeyMetadata: { KeyId: string } };
  try {
    aws.callAs(identity, `kms:${action}`, input(created.KeyMetadata.KeyId));
    return 'done';
  } catch (error) {
    if (error instanceof AwsError) return error.code;
    throw error;
  }
}

describe('who makes a key with a policy must be able to change it again', () => {
  const maker = somebody({ Action: 'kms:CreateKey' });
  it.each([
    ['with a policy', maker, { Policy: open }, 'MalformedPolicyDocumentException'],
    ['with the default policy, which nobody is asked about', maker, {}, 'done'],
    [
      'with a policy, by somebody who may',
      somebody({ Action: ['kms:CreateKey', 'kms:PutKeyPolicy'] }),
      { Policy: open },
      'done',
    ],
  ])('%s', (_, identity, input, code) => {
    expect(answer(identity, 'CreateKey', () => input)).toBe(code);
  });
});

describe('kms:BypassPolicyLockoutSafetyCheck is there only where the request has the parameter', () => {
  const careful = somebody({
    Action: ['kms:CreateKey', 'kms:PutKeyPolicy'],
    Condition: { Null: { 'kms:BypassPolicyLockoutSafetyCheck': 'true' } },
  });
  it.each([
    ['CreateKey', {}, 'done'],
    ['CreateKey', { BypassPolicyLockoutSafetyCheck: false }, 'AccessDeniedException'],
    ['CreateKey', { BypassPolicyLockoutSafetyCheck: true }, 'AccessDeniedException'],
    ['PutKeyPolicy', {}, 'done'],
    ['PutKeyPolicy', { BypassPolicyLockoutSafetyCheck: true }, 'AccessDeniedException'],
  ])('%s %j', (action, more, code) => {
    const input = (KeyId: string) => (action === 'CreateKey' ? more : { KeyId, Policy: open, ...more });
    expect(answer(careful, action, input)).toBe(code);
  });
});

describe('tags of a new key are set by kms:TagResource on a key that has none yet', () => {
  const tagger = (condition: object) =>
    somebody({ Action: 'kms:CreateKey' }, { Action: 'kms:TagResource', Condition: condition });
  it.each([
    [{ Null: { 'aws:ResourceTag/service': 'true', 'kms:ResourceAliases': 'true' } }, 'done'],
    [{ StringEquals: { 'aws:RequestTag/service': 'user' } }, 'done'],
    // Reported of AWS, too: github.com/LeanerCloud/CUDly/issues/1670.
    [{ StringEquals: { 'aws:ResourceTag/service': 'user' } }, 'AccessDeniedException'],
    [{ 'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'] } }, 'AccessDeniedException'],
  ])('%j', (condition, code) => {
    expect(answer(tagger(condition), 'CreateKey', () => ({ Tags }))).toBe(code);
  });
});
