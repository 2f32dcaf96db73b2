import { didYouMean } from '../config/did-you-mean';
import type { Problem } from '../problem';
import type { Deletion, PruneStatus } from './states';
import type { ManagedSecret } from '../aws/secrets-manager/managed-secret';

/** What becomes of a secret in one run. */
export type Decision =
  | { readonly kind: 'leave' }
  | { readonly kind: 'delete'; readonly reason: string }
  | { readonly kind: 'refuse'; readonly problem: Problem };

/**
 * Whether a secret is deleted. Orphans are by `--delete`; an uncertain secret only by its name.
 *
 * @param ciOnly stages that are deleted from CI only, where this is not CI
 */
export function decide(
  secret: ManagedSecret,
  status: PruneStatus,
  deletion: Deletion,
  ciOnly: ReadonlySet<string>,
): Decision {
  if (!isMeant(secret, status, deletion)) return { kind: 'leave' };
  if (status.kind === 'in-use') return { kind: 'refuse', problem: inUse(secret) };
  if (status.kind === 'skipped') return { kind: 'refuse', problem: refused(secret, status) };
  if (status.kind === 'deletion-scheduled') return { kind: 'leave' };
  const { stage = '' } = secret.tags;
  return ciOnly.has(stage)
    ? { kind: 'refuse', problem: fromCi(secret, stage) }
    : { kind: 'delete', reason: status.reason };
}

function isMeant({ name }: ManagedSecret, { kind }: PruneStatus, deletion: Deletion): boolean {
  switch (deletion.kind) {
    case 'none':
      return false;
    case 'orphans':
      return kind === 'orphan';
    case 'named':
      return deletion.names.has(name);
  }
}

const refused = (
  { name, arn }: ManagedSecret,
  { code, reason, fix }: PruneStatus & { kind: 'skipped' },
): Problem => ({
  code,
  what: `${name} is not deleted: ${reason}`,
  where: arn,
  fix,
});

const inUse = ({ name, arn }: ManagedSecret): Problem => ({
  code: 'secretInUse',
  what: `${name} is in use: a secret file exists for it`,
  where: arn,
  fix: 'Remove the file and commit, or leave the secret out of --delete.',
});

const fromCi = ({ name, arn }: ManagedSecret, stage: string): Problem => ({
  code: 'ciOnly',
  what: `stage ${stage} is changed from CI only ("ciOnly" in nx.json), and this is not CI`,
  where: arn,
  fix: `Run it in the pipeline, or leave ${name} out with --stage=<another> or --delete=<other names>.`,
});

/** The problem of a name that no managed secret has where was looked. */
export const notFound = (name: string, known: readonly string[]): Problem => ({
  code: 'unknownSecret',
  what: `no managed secret ${name} was found in the accounts and regions searched`,
  where: '--delete',
  fix: `${didYouMean(name, known)}Run it without --delete to list the secrets.`,
});
