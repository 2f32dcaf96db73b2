/** What a policy is for: IAM policies by who works under them, and the policies of the key and of the secret. */
export type PolicyKind =
  'sync' | 'developer' | 'runtime' | 'provision' | 'rotate' | 'prune' | 'audit' | 'key' | 'secret';
