import { type AuthorizationRequest, authorize, verdictFor } from '../operation/authorize';
import type { ContextEntries } from '../iam/request-context';
import { AwsError } from '../protocol/aws-error';
import type { Call } from '../operation/operation';
import { parseArn, partitionOf, regionalArn } from '../arn';
import type { KmsKey } from '../store/model';
import type { EncryptionContext } from './cipher';

interface RequestTag {
  readonly TagKey: string;
  readonly TagValue: string;
}

/** How a key is about to be used. */
export interface KeyUse {
  /** The operation's own action by default. */
  readonly action?: string;
  /** The alias that the request names the key by. */
  readonly alias?: string | undefined;
  /** The service that uses the key on behalf of the caller: `secretsmanager.eu-west-1.amazonaws.com`. */
  readonly viaService?: string;
  /** Condition keys of the action. */
  readonly context?: ContextEntries;
}

/** Throws AwsError AccessDeniedException where the key's policy and the caller's do not allow the use. */
export function authorizeKey(call: Call, key: KmsKey, use: KeyUse = {}): void {
  authorize(call, keyAuthorization(call, key, use));
}

/** Throws AwsError AccessDeniedException where the caller may not use an alias; aliases have no policies. */
export function authorizeAlias(call: Call, name: string): void {
  authorize(call, {
    resource: regionalArn('kms', call.store, name),
    resourceAccount: call.store.account,
    context: [['kms:CallerAccount', call.caller.account]],
  });
}

/**
 * KMS keeps callers from locking themselves out: who sets a key policy must be able to set another one.
 * https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html#prevent-unmanageable-key
 * @throws AwsError MalformedPolicyDocumentException
 */
export function assertNoLockout(call: Call, key: KmsKey, policy: string, bypass: boolean | undefined): void {
  const { identity } = call.caller;
  if (identity === undefined || bypass === true) return;
  const ask = keyAuthorization(call, { ...key, policy }, { action: 'kms:PutKeyPolicy' });
  if (verdictFor(call, identity, ask).allowed) return;
  throw new AwsError(
    'MalformedPolicyDocumentException',
    'The new key policy will not allow you to update the key policy in the future.',
  );
}

/**
 * Throws AwsError where the caller may not make a key or set its tags, or the policy that it asks for would lock the
 * caller out: AccessDeniedException, MalformedPolicyDocumentException. Nobody is asked about the default policy.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html#API_CreateKey_RequestSyntax (Policy)
 */
export function authorizeCreation(
  call: Call,
  key: KmsKey,
  request: {
    readonly tags: readonly RequestTag[] | undefined;
    readonly policy: string | undefined;
    readonly bypass: boolean | undefined;
  },
): void {
  const { tags = [], policy, bypass } = request;
  const context: ContextEntries = [['kms:CallerAccount', call.caller.account], ...tagKeys(tags)];
  const all = [...context, ...materialKeys(key), ...bypassKey(bypass)];
  authorize(call, {
    action: 'kms:CreateKey',
    resource: '*',
    resourceAccount: call.store.account,
    context: all,
  });
  if (tags.length > 0) {
    const resourceAccount = call.store.account;
    authorize(call, { action: 'kms:TagResource', resource: key.arn, resourceAccount, context });
  }
  if (key.multiRegion && key.primaryRegion === undefined) authorizeServiceLinkedRole(call);
  if (policy !== undefined) assertNoLockout(call, key, policy, bypass);
}

/**
 * KMS makes the role by which it keeps multi-Region keys alike with the permissions of whoever makes a primary key, also
 * where the role exists.
 * https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-auth-slr.html
 */
function authorizeServiceLinkedRole(call: Call): void {
  const { account, region } = call.store;
  const role = 'aws-service-role/mrk.kms.amazonaws.com/AWSServiceRoleForKeyManagementServiceMultiRegionKeys';
  authorize(call, {
    action: 'iam:CreateServiceLinkedRole',
    resource: `arn:${partitionOf(region)}:iam::${account}:role/${role}`,
    resourceAccount: account,
    context: [['iam:AWSServiceName', 'mrk.kms.amazonaws.com']],
  });
}

/**
 * The condition key of a request that may lock its caller out: where the request has no such parameter, it has no such
 * key either.
 * https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-bypass-policy-lockout-safety-check
 */
export function bypassKey(bypass: boolean | undefined): ContextEntries {
  return [['kms:BypassPolicyLockoutSafetyCheck', bypass === undefined ? undefined : String(bypass)]];
}

/** The condition keys of operations that encrypt or decrypt. */
export function encryptionKeys(context: EncryptionContext | undefined): ContextEntries {
  const pairs = context ?? [];
  return [
    ['kms:EncryptionAlgorithm', 'SYMMETRIC_DEFAULT'],
    ['kms:EncryptionContextKeys', pairs.length === 0 ? undefined : pairs.map(([name]) => name)],
    ...pairs.map(([name, value]) => [`kms:EncryptionContext:${name}`, value] as const),
  ];
}

/** The condition keys of operations that set tags. */
export function tagKeys(tags: readonly RequestTag[]): ContextEntries {
  if (tags.length === 0) return [];
  return [
    ['aws:TagKeys', tags.map(({ TagKey }) => TagKey)],
    ...tags.map(({ TagKey, TagValue }) => [`aws:RequestTag/${TagKey}`, TagValue] as const),
  ];
}

function keyAuthorization(call: Call, key: KmsKey, use: KeyUse): AuthorizationRequest {
  const { account = call.store.account, region = call.store.region } = parseArn(key.arn) ?? {};
  const aliases = call.accounts
    .region(account, region)
    .aliases.all()
    .filter(({ targetKeyId }) => targetKeyId === key.id)
    .map(({ name }) => name);
  return {
    ...(use.action === undefined ? {} : { action: use.action }),
    resource: key.arn,
    resourceAccount: account,
    policy: { text: key.policy, accountCounts: 'where-named' },
    viaService: use.viaService,
    context: [
      ['kms:ViaService', use.viaService],
      ['kms:CallerAccount', call.caller.account],
      ['kms:RequestAlias', use.alias],
      ['kms:ResourceAliases', aliases.length === 0 ? undefined : aliases],
      ...materialKeys(key),
      ...key.tags.map((tag) => [`aws:ResourceTag/${tag.key}`, tag.value] as const),
      ...(use.context ?? []),
    ],
  };
}

/** The condition keys that tell what kind of key it is. */
export function materialKeys({ multiRegion, primaryRegion }: KmsKey): ContextEntries {
  const type = primaryRegion === undefined ? 'PRIMARY' : 'REPLICA';
  return [
    ['kms:KeyOrigin', 'AWS_KMS'],
    ['kms:KeySpec', 'SYMMETRIC_DEFAULT'],
    ['kms:KeyUsage', 'ENCRYPT_DECRYPT'],
    ['kms:MultiRegion', String(multiRegion)],
    ['kms:MultiRegionKeyType', multiRegion ? type : undefined],
  ];
}
