import { randomUUID } from 'node:crypto';

/** The input of `check-secrets` that is not a file: what Nx keeps of a check counts for a day. */
export const cacheDayVariable = 'NX_SECRETS_CACHE_DAY';

/** Options, in either spelling, that ask for what no cache has: ages by the date and Git's history, a report to be written. */
const askedAnew = /^--(max-?age|json)(=|$)/i;

/**
 * The input's value: the day (UTC), since ages grow without any file changing; or something new each time, where the
 * command line asks for ages or a report. A custom hasher would see options in project.json, too, but Nx warns of each and
 * gives them up.
 */
export const cacheDay = (argv: readonly string[]): string =>
  argv.some((argument) => askedAnew.test(argument)) ? randomUUID() : new Date().toISOString().slice(0, 10);
