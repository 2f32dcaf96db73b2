import { appendFile, mkdir } from 'node:fs/promises';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { reportData } from './json-report';
import { writeFileWhole } from '../files/write-file';
import { drained } from './stdout';
import { openScreen } from './terminal';
import { renderMarkdown } from './markdown';
import { failuresOf, type Report } from '../report';
import { renderFailure, renderLines, renderNotes, renderReport, renderSummary } from './text';

/** Where a report goes besides the terminal. */
export interface Publication {
  /** What ran: `sync-secrets`. */
  readonly title: string;
  readonly workspaceRoot: string;
  /** Also write the report as JSON to this file, relative to the workspace. */
  readonly json?: string | undefined;
  /** The run was interrupted: Nx shows no output of its workers any more. */
  readonly interrupted?: boolean;
}

/**
 * Prints a report, and leaves it where the CI service in use looks for it: GitHub's step summary, GitLab's collapsible
 * sections. Source: GitHub Docs, "Adding a job summary"; GitLab Docs, "Custom collapsible sections".
 */
export async function publish(
  report: Report,
  { title, workspaceRoot, json, interrupted }: Publication,
): Promise<void> {
  console.log(process.env['GITLAB_CI'] ? inSections(title, report) : renderReport(report));
  await drained();
  if (interrupted && !process.stdout.isTTY) showOnScreen(`\n${renderReport(report)}\n`);
  if (json !== undefined) {
    await writeJson(workspaceRoot, json, reportData(report));
  }
  const summary = process.env['GITHUB_STEP_SUMMARY'];
  if (process.env['GITHUB_ACTIONS'] && summary) await appendFile(summary, renderMarkdown(title, report));
}

/**
 * Writes data to the file that `--json` names. In the workspace, a link of the repository must not lead elsewhere; a path
 * outside of it is the user's own.
 */
export async function writeJson(workspaceRoot: string, json: string, data: object): Promise<void> {
  const text = JSON.stringify(data, undefined, 2) + '\n';
  const file = resolve(workspaceRoot, json);
  const path = relative(workspaceRoot, file);
  if (path !== '..' && !path.startsWith(`..${sep}`) && !isAbsolute(path))
    return writeFileWhole(workspaceRoot, path.split(sep).join('/'), text);
  await mkdir(dirname(file), { recursive: true });
  await writeFileAtomic(file, text);
}

function showOnScreen(text: string): void {
  const screen = openScreen();
  screen?.write(text);
  screen?.close();
}

/** The lines folded in, the summary and failures in view. */
function inSections(title: string, report: Report): string {
  const seconds = Math.floor(Date.now() / 1000);
  const name = `nx_secrets_${title.replaceAll(/[^a-z0-9_.-]/gi, '_')}`;
  return [
    `\u001b[0Ksection_start:${seconds}:${name}[collapsed=true]\r\u001b[0K${title}, each`,
    ...renderLines(report.entries),
    `\u001b[0Ksection_end:${seconds}:${name}\r\u001b[0K`,
    ...renderNotes(report),
    renderSummary(report),
    ...failuresOf(report.entries).flatMap((failure) => ['', renderFailure(failure)]),
  ].join('\n');
}
