/**
 * The table "report, case, same as sops" of docs/compatibility.md, made from packages/sops-codec/test/reports.
 * `node tools/interop/reports-table.mjs` writes it; the suite codec-reports checks it.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { repository } from '../packages.mjs';

const cases = join(repository, 'packages/sops-codec/test/reports');
/** The page that has the tables. */
export const page = join(repository, 'docs/compatibility.md');
const marks = ['<!-- reports: made by tools/interop/reports-table.mjs -->', '<!-- end of reports -->'];

/** The page with the table of the cases that there are. */
export async function pageWithTable() {
  const names = (await readdir(cases)).filter((name) => name.endsWith('.sh')).sort();
  const rows = await Promise.all(names.map(rowOf));
  return pageWith(marks, ['| report | case | same as sops 3.13.3 |', '| --- | --- | --- |', ...rows]);
}

/**
 * The page with a table between two marks.
 *
 * @returns {Promise<{text: string, made: string}>} as it is, and as it has to be
 */
export async function pageWith([begin, end], lines) {
  const text = await readFile(page, 'utf8');
  const [before, rest] = text.split(begin);
  const after = rest.split(end)[1];
  const made = `${before}${begin}\n\n${lines.join('\n')}\n\n${end}${after}`;
  return { text, made: await format(made, { ...(await resolveConfig(page)), filepath: page }) };
}

async function rowOf(name) {
  const text = await readFile(join(cases, name), 'utf8');
  const field = (key) => new RegExp(`^# ${key}: (.*)$`, 'm').exec(text)?.[1] ?? '';
  const number = /#(\d+)$/.exec(field('report'))?.[1];
  const report = number ? `[#${number}](https://github.com/getsops/sops/issues/${number})` : '';
  return `| ${report} | ${escaped(field('case'))} | ${escaped(field('same'))} |`;
}

const escaped = (text) => text.replaceAll('|', '\\|').replaceAll('<', '\\<');

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  await writeFile(page, (await pageWithTable()).made);
