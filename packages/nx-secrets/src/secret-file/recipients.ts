import { identityText, type KeyGroup, type Recipient } from 'sops-codec';
import { parseKeyArn } from '../aws/arn';
import type { Problem } from '../problem';
import { fillPattern } from '../config/names';
import { recipientKinds, type RecipientKind, type StageRecipients } from '../config/stage-recipients';
import type { OwnKey } from './own-key';
import { updateKeys } from '../config/commands';
import { stageFields } from '../config/stage-fix';

/** Who may open a stage's files. `.sops.yaml` is not asked: whoever can commit a file can commit that one as well. */
export interface ListedRecipients {
  readonly own: OwnKey;
  /** Regions to which the own key is replicated; its alias there is the same key. */
  readonly replicaRegions: readonly string[];
  /** What nx.json lists for the stage. */
  readonly recipients: StageRecipients;
}

/**
 * The recipients that are neither the stage's own key nor listed in nx.json, each once.
 *
 * @param groups key groups of a file or a creation rule
 */
export function unlistedRecipients(
  groups: readonly KeyGroup[],
  listed: ListedRecipients,
): readonly Recipient[] {
  const unlisted = groups.flat().filter((one) => !isOwn(one, listed) && !isListed(one, listed));
  return [...new Map(unlisted.map((one) => [`${one.kind} ${identityOf(one)}`, one])).values()];
}

/** The recipients of a file that its creation rule does not name, whatever their context and role are. */
export function unmatchedRecipients(
  groups: readonly KeyGroup[],
  matched: readonly KeyGroup[],
): readonly Recipient[] {
  const id = (one: Recipient) => {
    // A rule may leave the version of an Azure key open; the file has the one that was current.
    const named = one.kind === 'azure_kv' ? { ...one, version: '' } : one;
    return `${one.kind} ${comparable(one, identityOf(named))}`;
  };
  const known = new Set(matched.flat().map(id));
  return groups.flat().filter((one) => !known.has(id(one)));
}

/** What a recipient is called in nx.json: its kind there, and its identity without role, profile and context. */
export const identityOf = (recipient: Recipient): string =>
  recipient.kind === 'kms' ? recipient.arn : identityText(recipient).replace(/\/$/, '');

/** The name of a recipient's kind in `.sops.yaml` and nx.json. */
export function kindOf(recipient: Recipient): RecipientKind {
  switch (recipient.kind) {
    case 'azure_kv':
      return 'azure_keyvault';
    case 'hc_vault':
      return 'hc_vault_transit_uri';
    case 'kms':
    case 'gcp_kms':
    case 'hckms':
    case 'pgp':
    case 'age':
      return recipient.kind;
  }
}

function isOwn(recipient: Recipient, { own, replicaRegions }: ListedRecipients): boolean {
  if (recipient.kind !== 'kms') return false;
  if (recipient.arn === own.arn) return true;
  const [key, ownKey] = [parseKeyArn(recipient.arn), parseKeyArn(own.arn)];
  return (
    key !== undefined &&
    key.resource === ownKey?.resource &&
    key.accountId === ownKey.accountId &&
    replicaRegions.includes(key.region)
  );
}

function isListed(recipient: Recipient, { own, recipients }: ListedRecipients): boolean {
  const names = (recipients[kindOf(recipient)] ?? []).map((name) =>
    fillPattern(name, own.service, own.stage),
  );
  const identity = comparable(recipient, identityOf(recipient));
  return names.some((name) => {
    const listed = comparable(recipient, name);
    // A key of Azure may be listed without its version: then any version of it is meant.
    return (
      listed === identity ||
      (recipient.kind === 'azure_kv' && listed === identityOf({ ...recipient, version: '' }))
    );
  });
}

/** Fingerprints are compared without spaces and in upper case, SSH keys without their comment. */
function comparable({ kind }: Recipient, identity: string): string {
  if (kind === 'pgp') return identity.replaceAll(/\s/g, '').toUpperCase();
  if (kind === 'age') return identity.split(' ').slice(0, 2).join(' ');
  return identity.replace(/\/$/, '');
}

/** How recipients are removed from a secret file, or from a rule alone. */
export const recipientsFromRule = (path: string | undefined): string =>
  `remove unlisted recipients from .sops.yaml${path === undefined ? '.' : `, then:\n${updateKeys(path)}`}`;

/**
 * The problem of recipients that nobody lists for a stage: with the lines of nx.json that list them, and the way to
 * remove them.
 *
 * @param holder what names them: "the file", say
 * @param at `removal`: how they are removed
 */
export function unlistedProblem(
  unlisted: readonly Recipient[],
  holder: string,
  at: {
    readonly own: OwnKey;
    readonly where: string;
    readonly removal: string;
  },
): Problem | undefined {
  if (unlisted.length === 0) return undefined;
  const [are, them] = unlisted.length === 1 ? ['is', 'it'] : ['are', 'them'];
  const names = unlisted.map((one) => `the ${kindOf(one)} recipient ${identityOf(one)}`);
  const byKind = recipientKinds.flatMap((kind) => {
    const identities = unlisted.filter((one) => kindOf(one) === kind).map(identityOf);
    return identities.length > 0 ? [[kind, identities] as const] : [];
  });
  const { stage } = at.own;
  return {
    code: 'unlistedRecipient',
    what: `${names.join(', ')} ${are} in ${holder}, and nx.json does not list ${them} for stage ${stage}`,
    where: at.where,
    fix: [
      `To keep ${them}, list ${them} in the plugin's options in nx.json:${stageFields(stage, { recipients: Object.fromEntries(byKind) })}`,
      `To remove ${them}, ${at.removal}`,
    ].join('\n'),
  };
}
