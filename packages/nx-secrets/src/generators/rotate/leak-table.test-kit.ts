import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const page = readFileSync(join(__dirname, '../../../../../docs/rotation.md'), 'utf8');

/** What is done after a leak, and what whoever has what leaked can do from then on. */
export interface LeakStep {
  /** `nothing`, or the heading of the commands. */
  readonly done: string;
  readonly can: readonly string[];
}

/** A row of the table in docs/rotation.md. */
export interface Leak {
  readonly leaked: string;
  readonly steps: readonly LeakStep[];
}

/** The table of docs/rotation.md, "After a leak". */
export function readLeaks(): readonly Leak[] {
  const rows = page
    .split('\n')
    .slice(page.split('\n').findIndex((line) => line.startsWith('| leaked ')) + 2)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  const table = rows.slice(
    0,
    rows.findIndex((row) => row.length === 0),
  );
  const leaks: { leaked: string; steps: LeakStep[] }[] = [];
  for (const [leaked = '', done = '', can = ''] of table) {
    if (leaked !== '') leaks.push({ leaked, steps: [] });
    leaks.at(-1)?.steps.push({ done, can: can === 'nothing' ? [] : can.split(', ').sort() });
  }
  return leaks;
}

/** The commands below a heading of docs/rotation.md. */
export function commandsBelow(heading: string): readonly string[] {
  const [, section = ''] = page.split(new RegExp(`\n### ${heading}\n`, 'i'));
  const [, block = ''] = /```sh\n([^]*?)```/.exec(section.split(/\n##/)[0] ?? '') ?? [];
  return block.split('\n').filter(Boolean);
}
