import type { Assigned, Assignment, SourceName } from './assign';

/** The lines of the plan: which secret or parameter goes where, by names alone. */
export function planText<S extends SourceName>({ assignments, leftOut }: Assigned<S>, what: string): string {
  const rows = [...assignments]
    .sort(byPlace)
    .map(({ source, target, stage, key }) => [source.name, target.name, stage, key ?? '']);
  const widths = [0, 1, 2].map((column) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `  ${row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()}`;
  return [
    `${rows.length} ${what} to import: name, service, stage${rows.some((row) => row[3] !== '') ? ', key' : ''}`,
    ...rows.map(line),
    ...leftOut.map(({ name, why }) => `  left out  ${name}: ${why}`),
  ].join('\n');
}

const byPlace = <S extends SourceName>(a: Assignment<S>, b: Assignment<S>): number =>
  compare(a.target.name, b.target.name) || compare(a.stage, b.stage) || compare(a.source.name, b.source.name);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
