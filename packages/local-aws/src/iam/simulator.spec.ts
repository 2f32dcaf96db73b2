// The simulator is under the AGPL. It is a development dependency of this package for this comparison, and must never
// be a dependency of one, nor in a tarball (docs/decisions).
import { runSimulation, type Simulation } from '@cloud-copilot/iam-simulate';
import fc from 'fast-check';
import { evaluate, type Verdict } from './evaluate';
import { parsePolicy } from './parse-policy';
import type { PolicyDocument, PolicyKind } from './policy-document';
import { type ContextValue, requestContext } from './request-context';
import { scenario, type Scenario } from './scenario.test-kit';

/** Thousands of runs take minutes: `LOCAL_AWS_IAM_RUNS=20000`. */
const numRuns = Number(process.env['LOCAL_AWS_IAM_RUNS'] ?? 600);

function parsed(policy: object, kind: PolicyKind): PolicyDocument {
  const result = parsePolicy(policy, kind);
  if (result.kind === 'policy') return result.policy;
  throw new Error(`${result.problem.place} ${result.problem.what}`);
}

function ourVerdict({ principal, request, context, identity, boundary, resourcePolicy, service }: Scenario) {
  const kind = service === 'sts' ? 'trust' : 'resource';
  const verdict = evaluate(
    { principal, ...request, context: requestContext(Object.entries(context)) },
    {
      identity: identity.map((item) => parsed(item, 'identity')),
      permissionBoundaries:
        boundary === undefined ? [] : [{ origin: 'boundary', policy: parsed(boundary, 'identity') }],
      resource: {
        policy: resourcePolicy === undefined ? undefined : parsed(resourcePolicy, kind),
        accountCounts: service === 'secretsmanager' ? 'always' : 'where-named',
      },
    },
  );
  return inTheirWords(verdict);
}

function inTheirWords(verdict: Verdict): string {
  if (verdict.allowed) return 'Allowed';
  return verdict.reason === 'denied' ? 'ExplicitlyDenied' : 'ImplicitlyDenied';
}

function theirs({ principal, request, context, identity, boundary, resourcePolicy }: Scenario): Simulation {
  const named = (policy: object) => ({ name: 'policy', policy });
  return {
    request: {
      principal: principal.arn,
      action: request.action,
      resource: { resource: request.resource, accountId: request.resourceAccount },
      contextVariables: context as Record<string, Exclude<ContextValue, readonly string[]> | string[]>,
    },
    identityPolicies: identity.map(named),
    serviceControlPolicies: [],
    resourceControlPolicies: [],
    ...(resourcePolicy === undefined ? {} : { resourcePolicy }),
    ...(boundary === undefined ? {} : { permissionBoundaryPolicies: [named(boundary)] }),
  };
}

/** Their verdict, and the condition keys that they do not let an action have. */
async function theirVerdict(
  item: Scenario,
): Promise<{ readonly verdict: string; readonly ignored: readonly string[] }> {
  const result = await runSimulation(theirs(item), {});
  if (result.resultType !== 'single' && result.resultType !== 'wildcard')
    throw new Error(JSON.stringify(result));
  const ignored = result.resultType === 'single' ? (result.result.ignoredContextKeys ?? []) : [];
  return { verdict: result.overallResult, ignored };
}

function without(item: Scenario, ignored: readonly string[]): Scenario {
  const kept = Object.entries(item.context).filter(([name]) => !ignored.includes(name));
  return { ...item, context: Object.fromEntries(kept) };
}

describe('verdicts are those of an independent simulator', () => {
  const seen = new Map<string, number>();

  it.each(['kms', 'secretsmanager', 'sts'] as const)('for any request to %s and any policies', (service) => {
    return fc.assert(
      fc.asyncProperty(scenario(service), async (item) => {
        const { verdict, ignored } = await theirVerdict(item);
        seen.set(verdict, (seen.get(verdict) ?? 0) + 1);
        expect(ourVerdict(without(item, ignored))).toBe(verdict);
      }),
      { numRuns: Math.ceil(numRuns / 3) },
    );
  });

  it('with each verdict often enough to mean something', () => {
    for (const verdict of ['Allowed', 'ExplicitlyDenied', 'ImplicitlyDenied']) {
      expect(seen.get(verdict)).toBeGreaterThan(numRuns / 10);
    }
  });

  it.each([
    'kms:ListKeys',
    'kms:CreateKey',
    'secretsmanager:ListSecrets',
    'secretsmanager:GetRandomPassword',
  ])('for %s, which is about no resource', async (action) => {
    const onAnything = scenario(action.startsWith('kms') ? 'kms' : 'secretsmanager').map(
      (item): Scenario => ({
        ...item,
        request: { action, resource: '*', resourceAccount: item.principal.account },
        context: {},
        resourcePolicy: undefined,
        service: 'secretsmanager',
      }),
    );
    await fc.assert(
      fc.asyncProperty(onAnything, async (item) => {
        expect(ourVerdict(item)).toBe((await theirVerdict(item)).verdict);
      }),
      { numRuns: Math.ceil(numRuns / 30) },
    );
  });
});
