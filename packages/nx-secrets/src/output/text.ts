import { escapeControlCharacters, renderProblem } from '../problem';
import {
  counts,
  failuresOf,
  isFailed,
  subjectsOf,
  type Entry,
  type Failure,
  type Outcome,
  type Report,
} from '../report';

/** Names of a failure that are listed before the others are only counted. */
const namesShown = 20;

/** The report as text: a line per entry, the summary, failures last. */
export function renderReport(report: Report): string {
  return [
    ...renderLines(report.entries),
    ...renderNotes(report),
    renderSummary(report),
    ...failuresOf(report.entries).flatMap((failure) => ['', renderFailure(failure)]),
  ].join('\n');
}

/** One line per entry, in columns, each with its details below it. */
export function renderLines(entries: readonly Entry[]): readonly string[] {
  const columns = entries.map(({ outcome, service, stage }) =>
    [outcome.kind, service, stage].map((text) => escapeControlCharacters(text)),
  );
  const widths = [0, 1, 2].map((column) =>
    columns.reduce((width, cells) => Math.max(width, cells[column]?.length ?? 0), 0),
  );
  return entries.flatMap(({ name, outcome }, index) => [
    [
      ...(columns[index] ?? []).map((cell, column) => cell.padEnd(widths[column] ?? 0)),
      escapeControlCharacters(name) + noteOf(outcome),
    ]
      .join('  ')
      .trimEnd(),
    ...(outcome.details ?? []).map((detail) => `  ${escapeControlCharacters(detail)}`),
  ]);
}

/** The remarks of a report. */
export const renderNotes = ({ notes }: Report): readonly string[] =>
  notes.map((note) => `note: ${escapeControlCharacters(note)}`);

/** Counts and time in one line. */
export function renderSummary(report: Report): string {
  const [one, several] = report.noun;
  const number = subjectsOf(report).length;
  const { findings = 0, ...kinds } = Object.fromEntries(counts(report));
  const ended = Object.entries(kinds).map(([kind, count]) => `${count} ${kind}`);
  const subjects =
    number === 0 ? `no ${several}` : `${number} ${number === 1 ? one : several}: ${ended.join(', ')}`;
  const found = findings === 0 ? '' : `; ${findings} ${findings === 1 ? 'finding' : 'findings'}`;
  return `${subjects}${found} in ${(report.milliseconds / 1000).toFixed(1)} s`;
}

/** A failure with what, where and fix, under those whom it is about. */
export function renderFailure({ problem, entries }: Failure): string {
  const names = entries.map(({ service, stage }) => escapeControlCharacters(`${service} ${stage}`.trimEnd()));
  const shown = names.slice(0, namesShown).join(', ');
  const more = names.length > namesShown ? ` and ${names.length - namesShown} more` : '';
  return `failed ${shown}${more}\n${renderProblem(problem).replace(/^/gm, '  ')}`;
}

const noteOf = (outcome: Outcome) =>
  !isFailed(outcome) && outcome.note ? `  (${escapeControlCharacters(outcome.note)})` : '';
