import { isLike } from '../aws/arn';
import { throwProblem } from '../problem';
import { stageFields } from '../config/stage-fix';
import { trustKinds, type Trusted, type TrustKind } from '../config/trust';
import { holdersOf } from './holders';
import { quotas } from './quotas';
import type { PolicySubject } from './subject';
import { trustPolicy, type TrustPolicy } from './trust-policy';

/** A role to create, with who may assume it. */
export interface NamedRole {
  readonly arn: string;
  readonly name: string;
  /** `/`, or the path between the account and the name. */
  readonly path: string;
  /** What it is for: `sync, provision`. */
  readonly description: string;
  readonly accountId: string;
  readonly region: string;
  readonly trust: TrustPolicy;
  /** The first stage that has it. */
  readonly subject: PolicySubject;
  /** ARNs, or patterns of them, of those who assume it by a policy of their own. */
  readonly assumers: readonly string[];
}

/**
 * The roles of stages whose `trust` says who may assume them: each once, where the first of its stages is.
 *
 * @throws ProblemError where no stage has `trust`, where one names no role, and where a trust policy is too large
 */
export function namedRoles(subjects: readonly PolicySubject[]): readonly NamedRole[] {
  const found = new Map<string, { subject: PolicySubject; kinds: Set<TrustKind>; trusted: Trusted[] }>();
  for (const subject of subjects) {
    for (const kind of trustKinds) {
      const trusted = subject.trust?.[kind];
      if (trusted === undefined) continue;
      for (const arn of rolesFor(kind, subject, subjects)) {
        const role = found.get(arn) ?? { subject, kinds: new Set<TrustKind>(), trusted: [] };
        role.kinds.add(kind);
        role.trusted.push(...trusted);
        found.set(arn, role);
      }
    }
  }
  const [first] = subjects;
  if (found.size === 0 && first) throwProblem(noTrust(first));
  return [...found].map(([arn, { subject, kinds, trusted }]) => {
    const [, path = '/', name = ''] = /:role(\/(?:.*\/)?)([^/]+)$/.exec(arn) ?? [];
    const trust = trustPolicy(arn, trusted);
    assertTrustSize(arn, trust);
    const { accountId, region } = subject;
    return {
      arn,
      name,
      path,
      description: `Secrets: ${[...kinds].join(', ')}`,
      accountId,
      region,
      trust,
      subject,
      assumers: assumersOf(accountId, trusted),
    };
  });
}

/** The roles of a kind that can be created: no users, no patterns, none of another account or of IAM Identity Center. */
function rolesFor(
  kind: TrustKind,
  subject: PolicySubject,
  subjects: readonly PolicySubject[],
): readonly string[] {
  const roles = namedFor(kind, subject).filter(
    (arn) =>
      arn.includes(`:iam::${subject.accountId}:role/`) &&
      !arn.includes(':role/aws-reserved/') &&
      !/[*?]/.test(arn),
  );
  if (roles.length > 0) return roles.filter((arn) => !isLeftToOthers(arn, kind, subjects));
  const { stage } = subject.names;
  const field = ['sync', 'provision', 'rotate', 'prune'].includes(kind) ? 'roles' : 'principals';
  return throwProblem({
    code: 'trustWithoutRole',
    what: `stage ${stage} says who may assume the role for ${kind}, but names no role for it`,
    where: `nx.json, stages.${stage}.trust.${kind}`,
    fix: `Name it:${stageFields(stage, { [field]: { [kind]: `arn:aws:iam::${subject.accountId}:role/secrets-${kind}` } })}`,
  });
}

/**
 * A trust policy that names a role or user of its own account is enough for it; who is named by a pattern, so by the account,
 * or is in another account, needs a policy of its own, too.
 * Source: IAM User Guide, "Cross-account resource access in IAM", "Policy evaluation logic" (same account).
 */
const assumersOf = (accountId: string, trusted: readonly Trusted[]): readonly string[] => [
  ...new Set(
    trusted.flatMap((one) =>
      one.kind === 'principal' && (/[*?]/.test(one.arn) || one.arn.split(':')[4] !== accountId)
        ? [one.arn]
        : [],
    ),
  ),
];

/** Kinds of people, and the kinds that may do all of it and more. */
const more: Readonly<Partial<Record<TrustKind, readonly TrustKind[]>>> = {
  encrypt: ['decrypt', 'runtime', 'sync', 'provision', 'rotate', 'administrators'],
  decrypt: ['sync', 'provision', 'rotate', 'administrators'],
};

/**
 * Whether a role of `encrypt` or `decrypt` is also there for something that takes more, in this stage or another one, and
 * `trust` names who does that: others must not come to more by it.
 */
const isLeftToOthers = (arn: string, kind: TrustKind, subjects: readonly PolicySubject[]): boolean =>
  (more[kind] ?? []).some((stronger) =>
    subjects.some(
      (subject) =>
        subject.trust?.[stronger] !== undefined &&
        namedFor(stronger, subject).some((holder) => isLike(arn, holder)),
    ),
  );

function namedFor(kind: TrustKind, subject: PolicySubject): readonly string[] {
  switch (kind) {
    case 'encrypt':
    case 'decrypt':
    case 'administrators':
      return subject.principals?.[kind] ?? [];
    default:
      return holdersOf(kind, subject) ?? [];
  }
}

function assertTrustSize(arn: string, trust: TrustPolicy): void {
  const size = JSON.stringify(trust).length;
  if (size <= quotas.trustPolicy) return;
  throwProblem({
    code: 'policyTooLarge',
    what: `the trust policy of ${arn} has ${size} characters, and IAM allows ${quotas.trustPolicy}`,
    where: 'nx.json, trust',
    fix: 'Name fewer branches, environments and identities, with wildcards for what their names have in common ("release/*").',
  });
}

const noTrust = ({ names: { stage } }: PolicySubject) =>
  ({
    code: 'noTrust',
    what: 'no stage says who may assume its roles',
    where: 'nx.json, options of the secrets plugin',
    fix: `State it, by what the roles are for:${stageFields(stage, {
      trust: {
        sync: { github: 'owner/repository', environment: stage },
        runtime: 'lambda',
      },
    })}`,
  }) as const;
