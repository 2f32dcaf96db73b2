import type { Actor } from './actor';
import { capabilitiesOf, capabilityId, type Capability } from './capability';
import { decide, type Decision, type Source, type Way } from './decide';
import { covers } from './glob';
import { emptyPolicy } from './live-policy';
import type { AccessRequest } from './request';
import type { Site } from './site';

/** What an actor may do today, and by what. */
export interface Access {
  readonly actor: Actor;
  readonly capability: Capability;
  readonly sources: readonly Source[];
  /** What must hold besides, and cannot be determined from here. */
  readonly conditions: readonly string[];
  /** Whose word is missing for a yes: "IAM policies of account 111122223333". */
  readonly needs: readonly string[];
  /** The regions in which it may. */
  readonly regions: readonly string[];
}

/** Whether an actor may do something at one place; undefined where the key's policy is not known. */
export function decideCapability(site: Site, capability: Capability, actor: Actor): Decision | undefined {
  const decisions = capability.alternatives.map((requests) => decideAll(site, requests, actor));
  const allowed = decisions.flatMap((decision) => (decision?.allowed ? decision.ways : []));
  if (allowed.length > 0) return { allowed: true, ways: allowed };
  return decisions.find((decision) => decision !== undefined);
}

/** The ways to have all of several requests allowed. */
function decideAll(site: Site, requests: readonly AccessRequest[], actor: Actor): Decision | undefined {
  const ways: Way[] = [];
  let isUnknown = false;
  for (const request of requests) {
    const rules = rulesFor(site, request, requests);
    if (rules === undefined) {
      isUnknown = true;
      continue;
    }
    const decision = decide(request, actor, rules);
    if (!decision.allowed) return decision;
    ways.push(bestWay(decision.ways));
  }
  return isUnknown ? undefined : { allowed: true, ways: [joined(ways)] };
}

function rulesFor(site: Site, { on, context }: AccessRequest, all: readonly AccessRequest[]) {
  switch (on) {
    case 'alias':
      return { policy: emptyPolicy, grants: [] };
    case 'secret': {
      const { secretPolicy } = site;
      return secretPolicy.known ? { policy: secretPolicy.value, grants: [] } : undefined;
    }
    case 'key': {
      const isOfSecret = all.some((one) => one.on === 'secret') && context.get('kms:viaservice')?.length;
      const { policy, grants } = isOfSecret ? site.secretKey : site.fileKey;
      return policy.known ? { policy: policy.value, grants } : undefined;
    }
  }
}

/** The way with the least that is not known; those that are as good add what allows them. */
export function bestWay(ways: readonly Way[]): Way {
  const rank = ({ needs, conditions }: Way) => needs.length * 100 + conditions.length;
  const lowest = ways.reduce((least, way) => Math.min(least, rank(way)), Infinity);
  const best = ways.filter((way) => rank(way) === lowest);
  const [first] = best;
  // Conditions of several ways would have to hold in one of them only.
  const sources = lowest === 0 ? best.flatMap((way) => way.sources) : (first?.sources ?? []);
  return { conditions: first?.conditions ?? [], needs: first?.needs ?? [], sources: unique(sources) };
}

const joined = (ways: readonly Way[]): Way => ({
  sources: unique(ways.flatMap(({ sources }) => sources)),
  conditions: [...new Set(ways.flatMap(({ conditions }) => conditions))],
  needs: [...new Set(ways.flatMap(({ needs }) => needs))],
});

const unique = (sources: readonly Source[]): readonly Source[] => [
  ...new Map(sources.map((source) => [`${source.kind} ${source.name}`, source])).values(),
];

/**
 * Who may do what, as far as it is known: for each actor what it may do, in whichever of the regions.
 *
 * @param context the encryption context of the file
 */
export function accessList(
  sites: readonly Site[],
  actors: readonly Actor[],
  context: Readonly<Record<string, string>>,
): readonly Access[] {
  const places = sites.map((site) => ({ site, capabilities: capabilitiesOf(site, context) }));
  const number = places[0]?.capabilities.length ?? 0;
  const found: Access[] = [];
  for (const actor of actors) {
    for (let index = 0; index < number; index++) {
      const here = places.flatMap(({ site, capabilities }) => {
        const capability = capabilities[index];
        const decision = capability && decideCapability(site, capability, actor);
        return capability && decision?.allowed
          ? [{ capability, region: site.region, ways: decision.ways }]
          : [];
      });
      const [first] = here;
      if (!first) continue;
      const best = bestWay(here.flatMap(({ ways }) => ways));
      found.push({ actor, capability: first.capability, ...best, regions: here.map(({ region }) => region) });
    }
  }
  return withoutImplied(found);
}

/**
 * Leaves out what another entry says: of somebody who is one of a whole account or of everybody who may do the same under
 * no other conditions, and of whoever writes a secret that it moves its versions, too.
 */
function withoutImplied(found: readonly Access[]): readonly Access[] {
  const id = ({ actor, capability }: Pick<Access, 'actor' | 'capability'>) =>
    `${capabilityId(capability)} ${actor.kind} ${actor.arn}`;
  const byId = new Map(found.map((access) => [id(access), access]));
  const covering = [...new Map(found.map(({ actor }) => [actor.arn, actor])).values()].filter(
    ({ kind, arn }) => kind === 'AWS' && /^(?:\*|arn:[\w-]+:iam::[0-9]{12}:\*)$/.test(arn),
  );
  const writes = { access: 'write', of: 'secret', alternatives: [] } as const;
  return found.filter((access) => {
    const { actor, capability } = access;
    if (capability.access === 'write' && capability.action !== undefined) {
      const whole = byId.get(id({ actor, capability: writes }));
      if (whole && isNoMore(whole, access)) return false;
    }
    return !covering.some((all) => {
      if (all.arn === actor.arn || actor.kind !== 'AWS' || !covers(all.arn, actor.arn)) return false;
      const same = byId.get(id({ actor: all, capability }));
      return same !== undefined && isNoMore(same, access);
    });
  });
}

/** Whether what one entry asks for is no more than what the other does. */
const isNoMore = (one: Access, other: Access): boolean =>
  one.conditions.every((condition) => other.conditions.includes(condition)) &&
  one.needs.every((need) => other.needs.includes(need));
