import { wholeAccount, type Actor } from './actor';
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
  /** The same places with the policies that nx.json asks for. */
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

/** What is allowed today and not in nx.json, and the other way round. */
export const differences = (comparison: Comparison): readonly Difference[] => [
  ...comparison.accesses
    .filter((access) => !isWanted(access, comparison))
    .map((access): Difference => ({ kind: 'allowed, not in nx.json', access })),
  ...comparison.named.flatMap((name) => missingFor(name, comparison)),
];

/** Whether the policies that nx.json asks for leave it to an actor, or to IAM policies. The root user can have everything. */
function isWanted({ actor, capability }: Access, { wanted, context }: Comparison): boolean {
  if (actor.rights.kind === 'root' && capability.of !== 'secret') return true;
  const asked: Actor = { ...actor, rights: { kind: 'unknown' } };
  return wanted.some((site) => isAllowed(site, capabilityAt(site, context, capability), asked));
}

/** What nx.json lets those do whom it names, and nobody else of the account, and that they cannot do. */
function missingFor(name: string, comparison: Comparison): readonly Difference[] {
  const { live, wanted, context, identities, anybody } = comparison;
  const actor: Actor = {
    kind: 'AWS',
    arn: name,
    account: /::([0-9]{12}):/.exec(name)?.[1],
    rights: { kind: 'unknown' },
  };
  const isKnown = identities !== undefined && actor.account === anybody.account;
  const meant = isKnown ? matching(identities, name) : [actor];
  const missing = (one: Actor, capability: Capability, why: string): Difference => ({
    kind: 'in nx.json, not allowed',
    actor: one,
    capability,
    why,
  });
  return wanted.flatMap((site, index) => {
    const liveSite = live[index];
    if (!liveSite) return [];
    return promisedAt(site, context, actor, anybody).flatMap((capability) => {
      if (meant.length === 0) {
        const what = hasWildcard(name) ? 'no role or user has such a name' : 'there is no such role or user';
        return index === 0 ? [missing(actor, capability, what)] : [];
      }
      return meant.flatMap((one) => {
        const decision = decideCapability(liveSite, capabilityAt(liveSite, context, capability), one);
        const where = wanted.length > 1 ? `${site.region}: ` : '';
        return decision === undefined || decision.allowed
          ? []
          : [missing(one, capability, where + decision.why)];
      });
    });
  });
}

/** What a key policy of nx.json gives somebody by name. */
const promisedAt = (
  site: Site,
  context: Readonly<Record<string, string>>,
  actor: Actor,
  anybody: Actor,
): readonly Capability[] =>
  capabilitiesOf(site, context)
    .map((capability) => ({
      ...capability,
      alternatives: capability.alternatives.filter((requests) => requests.some(({ on }) => on === 'key')),
    }))
    .filter(({ alternatives }) => alternatives.length > 0)
    .filter((capability) => isAllowed(site, capability, actor) && !isAllowed(site, capability, anybody));

const isAllowed = (site: Site, capability: Capability | undefined, actor: Actor): boolean =>
  capability !== undefined && decideCapability(site, capability, actor)?.allowed === true;

/** The same capability in another place. */
function capabilityAt(
  site: Site,
  context: Readonly<Record<string, string>>,
  capability: Capability,
): Capability {
  const id = capabilityId(capability);
  return capabilitiesOf(site, context).find((one) => capabilityId(one) === id) ?? capability;
}

/** How an actor is called: a role or user without the account where that is the stage's own. */
export function actorName({ kind, arn }: Pick<Actor, 'kind' | 'arn'>, account: string): string {
  if (kind === 'Service') return `AWS service ${arn}`;
  if (kind === 'Federated') return `identity provider ${arn}`;
  if (arn === '*') return 'everybody, of any account';
  const [, of, name] = /^arn:[\w-]+:(?:iam|sts)::([0-9]{12}):(.+)$/.exec(arn) ?? [];
  if (of === undefined || name === undefined) return arn;
  if (name === '*') return `anybody of account ${of}`;
  if (name === 'root') return `the root user of account ${of}`;
  return of === account && !wholeAccount(arn) ? name : arn;
}
