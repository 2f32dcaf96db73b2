import type { Trusted } from '../config/trust';

/** A trust policy: who may assume a role. It has no resources, and each statement a principal. */
export interface TrustPolicy {
  readonly Version: '2012-10-17';
  readonly Statement: readonly TrustStatement[];
}

export interface TrustStatement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Principal: Readonly<Partial<Record<'AWS' | 'Federated' | 'Service', readonly string[]>>>;
  readonly Action: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

/**
 * The trust policy of a role. Sessions carry the commit or job as their source identity, so that is allowed with it.
 * A name with wildcards cannot be a principal, so it is a condition on the account's identities: those need
 * `sts:AssumeRole` in a policy of their own.
 * Source: IAM User Guide, "AWS JSON policy elements: Principal", "Monitor and control actions taken with assumed roles",
 * "Create a role for OpenID Connect federation".
 *
 * @param role the role's ARN
 */
export function trustPolicy(role: string, trusted: readonly Trusted[]): TrustPolicy {
  const [, partition = 'aws', , , account = ''] = role.split(':');
  const arns = unique(trusted.flatMap((one) => (one.kind === 'principal' ? [one.arn] : [])));
  const isPattern = (arn: string) => /[*?]/.test(arn);
  const exact = arns.filter((arn) => !isPattern(arn));
  const services = unique(trusted.flatMap((one) => (one.kind === 'service' ? [one.name] : [])));
  return {
    Version: '2012-10-17',
    Statement: [
      ...(exact.length > 0 ? [identities('Identities', exact)] : []),
      ...patterns(arns.filter(isPattern)),
      ...(services.length > 0
        ? [
            {
              Sid: 'Services',
              Effect: 'Allow',
              Principal: { Service: services },
              Action: ['sts:AssumeRole'],
            } as const,
          ]
        : []),
      ...tokens(trusted, `arn:${partition}:iam::${account}:oidc-provider/`),
    ],
  };
}

const identities = (
  Sid: string,
  AWS: readonly string[],
  Condition?: TrustStatement['Condition'],
): TrustStatement => ({
  Sid,
  Effect: 'Allow',
  Principal: { AWS },
  Action: ['sts:AssumeRole', 'sts:SetSourceIdentity'],
  ...(Condition === undefined ? {} : { Condition }),
});

function patterns(arns: readonly string[]): readonly TrustStatement[] {
  if (arns.length === 0) return [];
  const accounts = unique(arns.map((arn) => arn.replace(/:(role|user)\/.*$/, ':root')));
  return [identities('IdentitiesByName', accounts, { ArnLike: { 'aws:PrincipalArn': arns } })];
}

/** One statement for each provider and audience: put together, an audience of one would do for subjects of another. */
function tokens(trusted: readonly Trusted[], providers: string): readonly TrustStatement[] {
  const found = new Map<string, { provider: string; audience: string; subjects: string[] }>();
  for (const one of trusted) {
    if (one.kind !== 'token') continue;
    const { provider, audience, subject } = one;
    const key = `${provider} ${audience}`;
    const subjects = found.get(key)?.subjects ?? [];
    found.set(key, { provider, audience, subjects: [...subjects, subject] });
  }
  return [...found.values()].map(({ provider, audience, subjects }, index): TrustStatement => {
    const subs = { [`${provider}:sub`]: unique(subjects) };
    const aud = { [`${provider}:aud`]: [audience] };
    const isLike = subjects.some((subject) => /[*?]/.test(subject));
    return {
      Sid: `Pipeline${index === 0 ? '' : index + 1}`,
      Effect: 'Allow',
      Principal: { Federated: [`${providers}${provider}`] },
      Action: ['sts:AssumeRoleWithWebIdentity'],
      Condition: isLike ? { StringEquals: aud, StringLike: subs } : { StringEquals: { ...aud, ...subs } },
    };
  });
}

const unique = (texts: readonly string[]): readonly string[] => [...new Set(texts)];
