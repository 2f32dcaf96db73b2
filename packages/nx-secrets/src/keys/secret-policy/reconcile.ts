import { putSecretPolicy, secretPolicyText } from '../../aws/secrets-manager/resource-policies';
import { describeSecret } from '../../aws/secrets-manager/secrets';
import type { RemoteSecret } from '../../aws/secrets-manager/remote-secret';
import { saysOwn } from '../../aws/tags';
import { guarded } from '../../aws/guarded';
import { quotas } from '../../policies/quotas';
import { throwProblem, type Problem } from '../../problem';
import { isFailed } from '../../report';
import type { ProvisionContext, Provisioned } from '../provision-context';
import { policyLines } from '../policy-difference';
import type { DesiredKey, KeyOutcome } from '../states';
import { lockout } from './lockout';
import { mergedPolicy, type MergedPolicy } from './merge';

/**
 * Sets the policies of secrets whose stages name principals, and whose keys are as they should be. A secret that does not
 * exist yet gets its policy the next time: whoever pushes it may not set one.
 */
export async function reconcileSecretPolicies(
  all: ReadonlyMap<DesiredKey, Provisioned>,
  context: ProvisionContext,
): Promise<ReadonlyMap<DesiredKey, Provisioned>> {
  const entries = [...all].map(
    async ([desired, provisioned]): Promise<readonly [DesiredKey, Provisioned]> => [
      desired,
      await withPolicy(desired, provisioned, context),
    ],
  );
  return new Map(await Promise.all(entries));
}

async function withPolicy(
  desired: DesiredKey,
  provisioned: Provisioned,
  { sessionFor, interruption, dryRun }: ProvisionContext,
): Promise<Provisioned> {
  const { secretPolicy, names, scope } = desired;
  const { outcome } = provisioned;
  if (!secretPolicy || !outcome || isFailed(outcome)) return provisioned;
  const reconciled = await guarded(sessionFor(desired, scope.region), interruption, async ({ clients }) => {
    const secret = await describeSecret(clients, names.secretName);
    if (secret.kind === 'absent' || !isOwn(secret, desired)) return { kind: 'left' as const };
    const merged = mergedPolicy(await secretPolicyText(clients, names.secretName), secretPolicy);
    if (merged.changes.length > 0) {
      const problem = tooLarge(desired, merged) ?? lockout(desired, secretPolicy, await clients.identity());
      if (problem) throwProblem(problem);
      if (!dryRun) await putSecretPolicy(clients, names.secretName, merged.text);
    }
    return { kind: 'merged' as const, merged };
  });
  if (reconciled.kind === 'failed') return { ...provisioned, outcome: reconciled };
  return reconciled.kind === 'left'
    ? provisioned
    : { ...provisioned, outcome: outcomeWith(outcome, reconciled.merged, desired, dryRun) };
}

/** Told before anything is set, in a dry run, too; AWS would quote all of the policy. */
const tooLarge = ({ names, where }: DesiredKey, { text, kept }: MergedPolicy): Problem | undefined =>
  text.length <= quotas.secretPolicy
    ? undefined
    : {
        code: 'policyTooLarge',
        what: `the policy of ${names.secretName} would have ${text.length} characters with the ${kept.length} ${kept.length === 1 ? 'statement' : 'statements'} of others in it, and Secrets Manager allows ${quotas.secretPolicy}`,
        where: `${where}, ${names.secretName}`,
        fix: 'Put statements of others together, or name fewer principals in nx.json, with wildcards for what their names have in common.',
      };

/** Whether a secret is the stage's own, and its policy can be set. AWS refuses that for one that is to be deleted. */
export const isOwn = (
  { tags, deletion, owningService, replicaOf }: RemoteSecret,
  { names }: Pick<DesiredKey, 'names'>,
): boolean =>
  saysOwn(tags, names) && deletion === 'none' && owningService === undefined && replicaOf === undefined;

function outcomeWith(
  outcome: Exclude<KeyOutcome, { readonly kind: 'failed' }>,
  { changes, kept }: MergedPolicy,
  { names }: DesiredKey,
  dryRun: boolean,
): KeyOutcome {
  const note = [
    outcome.note,
    changes.length > 0
      ? `policy of ${names.secretName} (${changes.length} ${changes.length === 1 ? 'statement' : 'statements'})`
      : '',
    kept.length > 0
      ? `its policy keeps ${kept.length} ${kept.length === 1 ? 'statement' : 'statements'} of others`
      : '',
  ]
    .filter(Boolean)
    .join('; ');
  const details = [
    ...(outcome.details ?? []),
    ...policyLines(changes).map((line) => `secret ${line}`),
    ...kept.map((statement) => `secret policy = ${statement}`),
  ];
  const repaired = dryRun ? 'would-repair' : 'repaired';
  const kind = outcome.kind === 'unchanged' && changes.length > 0 ? repaired : outcome.kind;
  return { kind, ...(note === '' ? {} : { note }), ...(details.length === 0 ? {} : { details }) };
}
