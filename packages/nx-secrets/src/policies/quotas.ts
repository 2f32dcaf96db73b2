import type { PolicyDocument } from './document';
import type { PolicyKind } from './policy-kind';

/**
 * What AWS allows, in characters. Sources: IAM User Guide, "IAM and AWS STS quotas" (white space does not count); AWS KMS
 * API Reference, PutKeyPolicy; AWS Secrets Manager API Reference, PutResourcePolicy.
 */
export const quotas = {
  managedPolicy: 6144,
  /** Of all inline policies of a role together. */
  inlinePolicies: 10_240,
  keyPolicy: 32_768,
  secretPolicy: 20_480,
  trustPolicy: 2048,
  /** Managed policies that are attached to one role; more on request, up to `mostAttached`. */
  attached: 10,
  mostAttached: 20,
} as const;

/** The size of a policy as AWS counts it: no value that is written here has white space in it. */
export const sizeOf = (document: PolicyDocument): number => JSON.stringify(document).length;

/** The size that a policy of a kind may have. */
export const largest = (kind: PolicyKind | 'assume'): number =>
  kind === 'key' ? quotas.keyPolicy : kind === 'secret' ? quotas.secretPolicy : quotas.managedPolicy;
