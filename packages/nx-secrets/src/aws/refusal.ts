/** The kinds of policies that AWS names in a refusal. Source: IAM User Guide, "Troubleshoot access denied error messages" */
export type PolicyType =
  | 'identity-based policy'
  | 'resource-based policy'
  | 'permissions boundary'
  | 'session policy'
  | 'service control policy'
  | 'resource control policy'
  | 'VPC endpoint policy';

/** Why AWS refused a call, as far as it says. */
export interface Refusal {
  /** ARN of the identity that was refused. */
  readonly identity?: string;
  /** The action that was refused, where that is another than the one that was called. */
  readonly action?: string;
  /** A policy denies it explicitly, or none of this kind allows it; absent where AWS does not say. */
  readonly reason?: {
    readonly kind: 'explicit-deny' | 'not-allowed';
    readonly policy?: PolicyType;
    /** ARN of the policy that denies. */
    readonly arn?: string;
  };
}

const policyTypes: readonly (readonly [pattern: RegExp, type: PolicyType])[] = [
  [/^identity-based polic/i, 'identity-based policy'],
  [/^resource-based polic/i, 'resource-based policy'],
  [/^permissions? boundar/i, 'permissions boundary'],
  [/^session polic/i, 'session policy'],
  [/^service control polic/i, 'service control policy'],
  [/^resource control polic/i, 'resource control policy'],
  [/^vpc endpoint polic/i, 'VPC endpoint policy'],
];

const subject =
  /^User: (arn:[\w-]+:(?:iam|sts)::\d{12}:[\w+=,.@/-]+) is not authorized to perform: ([a-z-]+:[A-Za-z]+)/;

/**
 * Reads AWS's message on a refusal.
 *
 * @param message nothing is taken out of it but what has the form of an ARN or action, and the kind of policy
 */
export function parseRefusal(message: string): Refusal {
  const [, identity, action] = subject.exec(message) ?? [];
  const denial = /\bwith an explicit deny(?: in an? (.+))?$/s.exec(message);
  const [, allows] = /\bbecause no (.+?) allows? /s.exec(message) ?? [];
  const type = denial?.[1] ?? allows ?? '';
  const policy = policyTypes.find(([pattern]) => pattern.test(type))?.[1];
  const arn = denial ? /: (arn:[\w-]+:[\w-]+:[\w-]*:[\w-]*:[\w+=,.@/-]+)/.exec(type)?.[1] : undefined;
  return {
    ...(identity === undefined ? {} : { identity }),
    ...(action === undefined ? {} : { action }),
    ...(denial || policy !== undefined
      ? {
          reason: {
            kind: denial ? 'explicit-deny' : 'not-allowed',
            ...(policy === undefined ? {} : { policy }),
            ...(arn === undefined ? {} : { arn }),
          },
        }
      : {}),
  };
}

/** Why a call was refused, for behind the colon of a message; undefined where AWS does not say. */
export function reasonText({ reason }: Refusal): string | undefined {
  if (!reason) return undefined;
  const { kind, policy, arn } = reason;
  if (kind === 'not-allowed') return `no ${policy ?? 'policy'} allows it`;
  if (policy === undefined) return 'a policy denies it explicitly';
  const article = policy.startsWith('identity') ? 'an' : 'a';
  return `${article} ${policy} denies it explicitly${arn === undefined ? '' : ` (${arn})`}`;
}

/**
 * What lets a call pass that AWS refused.
 *
 * @param action what was refused
 * @param resource what it was about, for messages
 */
export function refusalFix({ identity, reason }: Refusal, action: string, resource: string): string {
  const who = identity ?? 'the identity in use';
  const steps =
    reason?.kind === 'explicit-deny'
      ? denyFix(reason.policy, who, resource)
      : grantFix(reason?.policy, action, who, resource);
  return identity === undefined ? `${steps} Who that is:\naws sts get-caller-identity` : steps;
}

function denyFix(policy: PolicyType | undefined, who: string, resource: string): string {
  const noGrant = 'An explicit deny outweighs every allow, so granting it has no effect.';
  switch (policy) {
    case undefined:
      return `${noGrant} Change the statement that denies it: in the IAM policies of ${who}, the policy of ${resource}, or a policy of the AWS organization.`;
    case 'identity-based policy':
      return `${noGrant} Change the statement that denies it in the IAM policies of ${who}.`;
    case 'resource-based policy':
      return `${noGrant} Change the statement that denies it in the policy of ${resource}, or let it spare ${who}.`;
    case 'permissions boundary':
      return `${noGrant} Change the statement that denies it in the permissions boundary of ${who}.`;
    case 'session policy':
      return `${noGrant} Change the session policy that ${who} was signed in or assumed with.`;
    case 'service control policy':
    case 'resource control policy':
      return `${noGrant} Whoever administers the AWS organization can change the ${policy}, or let it spare ${who}.`;
    case 'VPC endpoint policy':
      return `${noGrant} Change the policy of the VPC endpoint that this machine calls AWS through.`;
  }
}

function grantFix(policy: PolicyType | undefined, action: string, who: string, resource: string): string {
  switch (policy) {
    case 'permissions boundary':
      return `Allow ${action} in the permissions boundary of ${who}; its policies cannot exceed it.`;
    case 'session policy':
      return `Allow ${action} in the session policy that ${who} was signed in or assumed with, or sign in without one.`;
    case 'service control policy':
    case 'resource control policy':
      return `Whoever administers the AWS organization has to allow ${action} in a ${policy}.`;
    case 'VPC endpoint policy':
      return `Allow ${action} in the policy of the VPC endpoint that this machine calls AWS through.`;
    case 'resource-based policy':
      if (action === 'sts:AssumeRole')
        return `Let the trust policy of ${resource} name ${who}; the role has to exist.`;
      return `Let the policy of ${resource} allow ${action} to ${who}.`;
    case 'identity-based policy':
    case undefined:
      return action === 'sts:AssumeRole'
        ? `Let the trust policy of ${resource} name ${who}, and the IAM policies of ${who} allow ${action} on it; the role has to exist.`
        : `Grant ${action} on ${resource} to ${who}.`;
  }
}
