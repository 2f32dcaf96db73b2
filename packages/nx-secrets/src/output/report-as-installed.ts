import { problemAsInstalled, textAsInstalled } from '../config/plugin-name';
import { isFailed, type Outcome, type Report } from '../report';

/**
 * A report whose commands can be pasted in the workspace.
 *
 * @param name under which the plugin is installed there
 */
export const reportAsInstalled = (report: Report, name: string): Report => ({
  ...report,
  entries: report.entries.map((entry) => ({ ...entry, outcome: outcomeAsInstalled(entry.outcome, name) })),
  notes: report.notes.map((note) => textAsInstalled(note, name)),
});

function outcomeAsInstalled(outcome: Outcome, name: string): Outcome {
  const details = outcome.details && {
    details: outcome.details.map((detail) => textAsInstalled(detail, name)),
  };
  if (isFailed(outcome))
    return { ...outcome, ...details, problem: problemAsInstalled(outcome.problem, name) };
  return { ...outcome, ...details, ...(outcome.note ? { note: textAsInstalled(outcome.note, name) } : {}) };
}
