import { throwProblem } from '../problem';

/** Ages from which on a value is to be changed. */
export interface MaxAge {
  /** As the user wrote it. */
  readonly text: string;
  /** Values that have not changed since then are older; undefined where each value is meant, whatever its age. */
  readonly since: Date | undefined;
}

/**
 * Reads an age: `90d`, `12w`, `6m`, `1y`; `0d` is that of every value. Months and years are those of the calendar.
 *
 * @throws ProblemError for any other text
 */
export function readMaxAge(text: string, now: Date): MaxAge {
  const [, digits, unit] = /^([0-9]{1,4})([dwmy])$/.exec(text.trim()) ?? [];
  const count = Number(digits);
  if (!digits || !unit) {
    return throwProblem({
      code: 'badMaxAge',
      what: `"${text}" is not a valid age`,
      where: '--max-age',
      fix: 'Write days, weeks, months or years: --max-age=90d, 12w, 6m or 1y; 0d shows the age of every value.',
    });
  }
  return { text: text.trim(), since: count === 0 ? undefined : before(now, count, unit) };
}

function before(now: Date, count: number, unit: string): Date {
  const since = new Date(now);
  if (unit === 'd' || unit === 'w') {
    since.setUTCDate(since.getUTCDate() - count * (unit === 'w' ? 7 : 1));
    return since;
  }
  const day = since.getUTCDate();
  since.setUTCDate(1);
  since.setUTCMonth(since.getUTCMonth() - count * (unit === 'y' ? 12 : 1));
  // The 31st of a month that has fewer days is its last one.
  const last = new Date(Date.UTC(since.getUTCFullYear(), since.getUTCMonth() + 1, 0)).getUTCDate();
  since.setUTCDate(Math.min(day, last));
  return since;
}
