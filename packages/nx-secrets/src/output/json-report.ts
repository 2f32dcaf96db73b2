import type { Problem } from '../problem';
import { counts, isFailed, succeeded, type Entry, type Report } from '../report';

/** A report as JSON: what `--json` writes. Fields are only added, never renamed. */
export interface ReportData {
  readonly success: boolean;
  readonly milliseconds: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly entries: readonly EntryData[];
  readonly notes: readonly string[];
}

/** An entry of a report as JSON; `note` and `details` where there are any, `problem` where it failed. */
export interface EntryData {
  readonly service: string;
  readonly stage: string;
  readonly name: string;
  /** Project root, relative to the workspace. */
  readonly root: string;
  readonly outcome: string;
  readonly note?: string;
  readonly details?: readonly string[];
  readonly problem?: Pick<Problem, 'code' | 'what' | 'where' | 'fix'>;
}

/** The report as plain data. */
export const reportData = (report: Report): ReportData => ({
  success: succeeded(report),
  milliseconds: Math.round(report.milliseconds),
  counts: Object.fromEntries(counts(report)),
  entries: report.entries.map(entryData),
  notes: report.notes,
});

function entryData({ service, stage, name, root, outcome }: Entry): EntryData {
  const details = outcome.details?.length ? { details: outcome.details } : {};
  const entry = { service, stage, name, root, outcome: outcome.kind, ...details };
  if (isFailed(outcome)) {
    const { code, what, where, fix } = outcome.problem;
    return { ...entry, problem: { code, what, ...(where === undefined ? {} : { where }), fix } };
  }
  return { ...entry, ...(outcome.note ? { note: outcome.note } : {}) };
}
