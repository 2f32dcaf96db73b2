import { accountIn, type Actor } from './actor';
import { matching } from './actors';
import type { Access } from './access';
import { decideCapability } from './access';
import { capabilitiesOf, capabilityId, type Capability } from './capability';
import { hasWildcard } from './glob';
import type { Site } from './site';

/** Something that is not as nx.json has it. */
export type Difference =
  | {
      readonly kind: 'allowed, not in nx.json';
      readonly access: Access;
    }
  | {
      readonly kind: 'in nx.json, not allowed';
      readonly actor: Actor;
      readonly capability: Capability;
      readonly why: string;
    };

/** What is compared: what is there, what nx.json makes of it, and whom it names. */
export interface Comparison {
  readonly live: readonly Site[];
  /** The same places with the policies that nx.json asks for, in the same order. */
  readonly wanted: readonly Site[];
  /** The encryption context of the file. */
  readonly context: Readonly<Record<string, string>>;
  /** Who has access today. */
  readonly accesses: readonly Access[];
  /** ARNs that nx.json names, with wildcards. */
  readonly named: readonly string[];
  /** Roles and users that are there; undefined where they are not known. */
  readonly identities: readonly Actor[] | undefined;
  readonly anybody: Actor;
}

/** One place, as it is and as nx.json has it, with what can be done there. */
interface Pair {
  readonly live: Site;
  readonly wanted: Site;
  readonly capabilities: ReadonlyMap<string, Capability>;
}

/** What is allowed today and not in nx.json, and the other way round. */
export function differences(comparison: Comparison): readonly Difference[] {
  const { live, wanted, context, accesses, named } = comparison;
  const pairs = live.flatMap((site, index): Pair[] => {
    const other = wanted[index];
    const capabilities = capabilitiesOf(site, context).map((one) => [capabilityId(one), one] as const);
    return other ? [{ live: site, wanted: other, capabilities: new Map(capabilities) }] : [];
  });
  return [
    ...accesses
      .filter((access) => !isWanted(access, pairs))
      .map((access): Difference => ({ kind: 'allowed, not in nx.json', access })),
    ...named.flatMap((name) => missingFor(name, comparison, pairs)),
  ];
}

/** Whether the policies that nx.json asks for leave it to an actor, or to IAM policies. */
function isWanted({ actor, capability }: Access, pairs: readonly Pair[]): boolean {
  // The root user of the account administers everything in it, whatever nx.json says.
  if (actor.rights.kind === 'root' && capability.action !== undefined) return true;
  const asked: Actor = { ...actor, rights: { kind: 'unknown' } };
  return pairs.some(({ wanted, capabilities }) =>
    isAllowed(wanted, capabilities.get(capabilityId(capability)), asked),
  );
}

/** What nx.json lets those do whom it names, and nobody else of the account, and that they cannot do. */
function missingFor(
  name: string,
  { identities, anybody }: Comparison,
  pairs: readonly Pair[],
): readonly Difference[] {
  const actor: Actor = { kind: 'AWS', arn: name, account: accountIn(name), rights: { kind: 'unknown' } };
  const isKnown = identities !== undefined && actor.account === anybody.account;
  const meant = isKnown ? matching(identities, name) : [actor];
  const missing = (one: Actor, capability: Capability, why: string): Difference => ({
    kind: 'in nx.json, not allowed',
    actor: one,
    capability,
    why,
  });
  return pairs.flatMap((pair, index) =>
    promisedAt(pair, actor, anybody).flatMap((capability) => {
      if (meant.length === 0) {
        const what = hasWildcard(name) ? 'no role or user has such a name' : 'there is no such role or user';
        return index === 0 ? [missing(actor, capability, what)] : [];
      }
      return meant.flatMap((one) => {
        const decision = decideCapability(pair.live, capability, one);
        const where = pairs.length > 1 ? `${pair.live.region}: ` : '';
        return decision === undefined || decision.allowed
          ? []
          : [missing(one, capability, where + decision.why)];
      });
    }),
  );
}

/** What a key policy of nx.json gives somebody by name. */
const promisedAt = ({ wanted, capabilities }: Pair, actor: Actor, anybody: Actor): readonly Capability[] =>
  [...capabilities.values()]
    .filter(({ alternatives }) => alternatives.every((requests) => requests.some(({ on }) => on === 'key')))
    .filter((capability) => isAllowed(wanted, capability, actor) && !isAllowed(wanted, capability, anybody));

const isAllowed = (site: Site, capability: Capability | undefined, actor: Actor): boolean =>
  capability !== undefined && decideCapability(site, capability, actor)?.allowed === true;
