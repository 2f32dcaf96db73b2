import { printable, renderProblem } from '../problem';
import type { Entry, Outcome } from './states';

/** How a sync of several secrets ended. */
export interface SyncReport {
  readonly entries: readonly Entry[];
  /** Remarks that are no failures: uncommitted changes, say. */
  readonly notes: readonly string[];
  readonly milliseconds: number;
}

/** Whether everything is as Git says. */
export const succeeded = ({ entries }: Pick<SyncReport, 'entries'>): boolean =>
  entries.every(({ outcome }) => outcome.kind !== 'failed');

/** The report as text: a line per secret, the summary, failures last. Holds no values. */
export function renderReport({ entries, notes, milliseconds }: SyncReport): string {
  const failures = entries.filter(({ outcome }) => outcome.kind === 'failed');
  return [
    ...renderLines(entries),
    ...notes.map((note) => `note: ${printable(note)}`),
    `${renderSummary(entries)} in ${(milliseconds / 1000).toFixed(1)} s`,
    ...failures.flatMap((entry) => ['', renderFailure(entry)]),
  ].join('\n');
}

/** One line per secret, in columns. */
export function renderLines(entries: readonly Entry[]): readonly string[] {
  const width = (text: (entry: Entry) => string) =>
    Math.max(0, ...entries.map((entry) => text(entry).length));
  const outcome = width(({ outcome }) => outcome.kind);
  const service = width(({ service }) => service);
  const stage = width(({ stage }) => stage);
  return entries.map((entry) => {
    const columns = [
      entry.outcome.kind.padEnd(outcome),
      entry.service.padEnd(service),
      entry.stage.padEnd(stage),
      entry.secretName,
    ];
    return printable(columns.join('  ') + note(entry.outcome)).trimEnd();
  });
}

/** A failure with what, where and fix. */
export function renderFailure({ service, stage, outcome }: Entry): string {
  if (outcome.kind !== 'failed') return '';
  return `${printable(`failed ${service} ${stage}`.trimEnd())}\n${renderProblem(outcome.problem).replace(/^/gm, '  ')}`;
}

function renderSummary(entries: readonly Entry[]): string {
  if (entries.length === 0) return 'no secret files to sync';
  const counts = new Map<Outcome['kind'], number>();
  for (const { outcome } of entries) counts.set(outcome.kind, (counts.get(outcome.kind) ?? 0) + 1);
  return `${entries.length} ${entries.length === 1 ? 'secret' : 'secrets'}: ${[...counts].map(([kind, count]) => `${count} ${kind}`).join(', ')}`;
}

const note = (outcome: Outcome) => ('note' in outcome && outcome.note ? `  (${outcome.note})` : '');
