import type { Problem } from '../problem';
import type { Entry, Outcome } from '../report';
import { serviceRootOf } from '../config/secret-file-name';
import { accountOf, regionOf } from './status';
import type { Deletion, PruneStatus } from './states';
import type { ManagedSecret } from '../aws/secrets-manager/managed-secret';

/** How a secret is reported; the order is that of the report. */
const kinds = ['deletion-scheduled', 'would-delete', 'orphan', 'uncertain', 'skipped'] as const;
export type PruneKind = (typeof kinds)[number];

export type PruneEntry = Entry<PruneKind>;

/** The line of a secret. */
export function lineOf(secret: ManagedSecret, status: PruneStatus, outcome: Outcome<PruneKind>): PruneEntry {
  const { service = '', stage = '' } = secret.tags;
  const removal = 'removal' in status ? status.removal : undefined;
  return { service, stage, name: secret.name, root: removal ? serviceRootOf(removal.path) : '', outcome };
}

/** The line of something that is not a secret: a place, or a name that no secret has. */
export const failureLine = (about: string, problem: Problem): PruneEntry => ({
  service: about,
  stage: '',
  name: '',
  root: '',
  outcome: { kind: 'failed', problem },
});

/** What a secret that was not touched is reported as; nothing where it is in use. */
export function untouched(secret: ManagedSecret, status: PruneStatus): Outcome<PruneKind> | undefined {
  switch (status.kind) {
    case 'in-use':
      return undefined;
    case 'deletion-scheduled':
      return { kind: status.kind, note: `${status.reason}; to restore it: ${restore(secret)}` };
    default:
      return { kind: status.kind, note: status.reason };
  }
}

const restore = (secret: ManagedSecret): string =>
  `aws secretsmanager restore-secret --region ${regionOf(secret)} --secret-id ${secret.name}`;

/** What a secret whose deletion was scheduled is reported as, with the way back. */
export const deletionScheduled = (secret: ManagedSecret, goneOn: string): Outcome<PruneKind> => ({
  kind: 'deletion-scheduled',
  note: `gone on ${goneOn}`,
  details: [`account ${accountOf(secret)}; until then: ${restore(secret)}`],
});

/** The lines in the order of their kinds, then of their names; failures last. */
export const inOrder = (entries: readonly PruneEntry[]): readonly PruneEntry[] =>
  [...entries].sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1));

const rank = ({ outcome }: PruneEntry): number =>
  outcome.kind === 'failed' ? kinds.length : kinds.indexOf(outcome.kind);

/**
 * What the reader can do next.
 *
 * @param aliasOf the key's alias by the name of the secret
 */
export function remarks(
  entries: readonly PruneEntry[],
  deletion: Deletion,
  aliasOf: ReadonlyMap<string, string>,
  aliasesInUse: ReadonlySet<string>,
): readonly string[] {
  const of = (kind: PruneKind) => entries.filter(({ outcome }) => outcome.kind === kind);
  const aliases = of('deletion-scheduled')
    .flatMap(({ name, outcome }) =>
      'details' in outcome && outcome.details ? (aliasOf.get(name) ?? []) : [],
    )
    // Where a secret was renamed only, its file is under the same key as before.
    .filter((alias) => !aliasesInUse.has(alias));
  return [
    ...(deletion.kind === 'none' && of('orphan').length > 0
      ? ['--delete schedules the deletion of the orphans; they can be restored for --window=30 days']
      : []),
    ...(of('uncertain').length > 0
      ? [
          'uncertain secrets are deleted by name only (--delete=<secret name>): another repository of the account may need them',
        ]
      : []),
    ...(aliases.length > 0
      ? [
          `keys are kept: ${aliases.join(', ')}. They decrypt the files in Git's history, and the secret if it is restored`,
        ]
      : []),
  ];
}
