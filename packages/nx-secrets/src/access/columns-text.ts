/** A line in columns, and lines below it. */
export interface Row {
  readonly cells: readonly string[];
  readonly more: readonly string[];
}

/** The most lines of a list; the others are counted, and are in the JSON. */
const linesShown = 200;

/** Rows as lines, their cells one below the other. */
export function inColumns(rows: readonly Row[]): readonly string[] {
  const widths = [0, 1].map((column) =>
    rows.reduce((width, { cells }) => Math.max(width, Math.min(cells[column]?.length ?? 0, widestCell)), 0),
  );
  return rows.flatMap(({ cells, more }) => [
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
    ...more.map((one) => `  ${one}`),
  ]);
}

/** Longer ones push their line out, not all lines. */
const widestCell = 60;

/** Lines under a heading; nothing where there are none. */
export const block = (heading: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0
    ? []
    : [
        `  ${heading}`,
        ...lines.slice(0, linesShown).map((one) => `    ${one}`),
        ...(lines.length > linesShown
          ? [`    and ${lines.length - linesShown} more lines: --json=FILE has all`]
          : []),
      ];

/** A few names, and how many more there are. */
export const few = (names: readonly string[]): string =>
  names.length > 5 ? `${names.slice(0, 5).join(', ')} and ${names.length - 5} more` : names.join(', ');
