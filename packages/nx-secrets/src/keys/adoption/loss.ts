import type { Format } from 'sops-codec';
import type { KeyArn } from '../../aws/arn';

/** How a file names a KMS key: what `sops-codec rotate --rm-kms` has to be told to find it. */
export interface NamedKey {
  readonly arn: string;
  readonly role?: string | undefined;
  readonly context?: Readonly<Record<string, string>> | undefined;
  readonly awsProfile?: string | undefined;
}

/** A file of the workspace that the key opens now, and would not open under the stage's policy. */
export interface LockedFile {
  /** Relative to the workspace. */
  readonly path: string;
  /** How it names the key; undefined where it does and cannot be read further. */
  readonly named: NamedKey | undefined;
  /** Where it is another one than its name says. */
  readonly format?: Format;
}

/** A secret that is encrypted with the key, and is not the stage's own. */
export interface LockedSecret {
  readonly name: string;
  readonly region: string;
}

/** A statement of the key's policy, by which somebody uses the key who would not any more. */
export interface LostStatement {
  readonly region: string;
  /** As KMS has it, JSON. */
  readonly text: string;
}

/** What a key's policy would be without the statements that go: whoever the account's IAM policies let. */
export interface RemainingPolicy {
  readonly region: string;
  readonly text: string;
}

/** What would lose access if a key got the policy of a stage. */
export interface Loss {
  readonly files: readonly LockedFile[];
  readonly secrets: readonly LockedSecret[];
  /** Regions of which AWS refuses to list the secrets. */
  readonly unlisted: readonly string[];
  readonly statements: readonly LostStatement[];
  readonly remaining: readonly RemainingPolicy[];
}

/** The names of a key: its id, and its aliases by region. */
export interface KeyNames {
  readonly id: string;
  readonly accountId: string;
  /** Aliases by the regions whose policy would change. */
  readonly aliases: ReadonlyMap<string, readonly string[]>;
}

/** Whether an ARN, or an id or alias name in a region, means the key. */
export function meansKey({ id, accountId, aliases }: KeyNames, name: KeyArn | undefined): boolean {
  if (!name || name.accountId !== accountId) return false;
  const here = aliases.get(name.region);
  return here !== undefined && (name.resource === `key/${id}` || here.includes(name.resource));
}

/** Whether nothing would be lost, as far as is known. */
export const isHarmless = ({ files, secrets, unlisted, statements }: Loss): boolean =>
  files.length + secrets.length + unlisted.length + statements.length === 0;
