import { escapeControlCharacters } from '../problem';
import { failuresOf, isFailed, succeeded, type Entry, type Failure, type Report } from '../report';
import { renderSummary } from './text';

/** Most entries that a step summary lists: GitHub takes 1 MiB a step. */
const entriesShown = 500;

/**
 * The report as Markdown, for the summary of a step in GitHub Actions: the summary, failures, then what was done.
 * What is unchanged is only counted.
 *
 * @param title what ran: `sync-secrets`
 */
export function renderMarkdown(title: string, report: Report): string {
  const done = report.entries.filter(({ outcome }) => outcome.kind !== 'unchanged');
  const more = done.length - entriesShown;
  return [
    `### ${succeeded(report) ? '✅' : '❌'} ${cell(title)}: ${cell(renderSummary(report))}`,
    ...failuresOf(report.entries).map(failureText),
    ...(done.length > 0
      ? [
          '| outcome | service | stage | name |',
          '| --- | --- | --- | --- |',
          ...done.slice(0, entriesShown).map(row),
        ]
      : []),
    ...(more > 0 ? ['', `… and ${more} more`] : []),
    ...report.notes.map((note) => `\n> ${cell(note)}`),
    '',
  ].join('\n');
}

function row({ outcome, service, stage, name }: Entry): string {
  const note = !isFailed(outcome) && outcome.note ? ` (${outcome.note})` : '';
  return `| ${[outcome.kind + note, service, stage, name].map(cell).join(' | ')} |`;
}

function failureText({ problem: { code, what, where, fix }, entries }: Failure): string {
  const names = entries.slice(0, 20).map(({ service, stage }) => `${service} ${stage}`);
  const more = entries.length > 20 ? ` and ${entries.length - 20} more` : '';
  return [
    '',
    `**failed ${cell(names.join(', '))}${more}**`,
    `- what: ${cell(what)}`,
    ...(where === undefined ? [] : [`- where: ${cell(where)}`]),
    `- fix: ${cell(fix)}`,
    `- code: ${cell(code)}`,
    '',
  ].join('\n');
}

/** Text that Markdown takes as text: names come from the repository, messages from whoever answered. */
const cell = (text: string): string =>
  escapeControlCharacters(text)
    .replace(/[\\`*_{}[\]<>|#!~&@$]/g, (character) => `&#${character.codePointAt(0) ?? 0};`)
    .replaceAll('\n', '<br>');
