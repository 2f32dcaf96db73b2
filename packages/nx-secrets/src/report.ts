import type { Problem } from './problem';

/** How one thing ended: done in some way, or failed. */
export type Outcome<Kind extends string = string> =
  | {
      readonly kind: Kind;
      /** Why, or what exactly; behind the line. */
      readonly note?: string;
      /** More lines, shown below it. */
      readonly details?: readonly string[];
    }
  | Failed;

/** It failed, or was refused. */
export interface Failed {
  readonly kind: 'failed';
  readonly problem: Problem;
  /** More lines, shown below it. */
  readonly details?: readonly string[];
}

/** Whether an outcome is a failure; `kind` alone cannot tell where kinds are any text. */
export const isFailed = (outcome: Outcome): outcome is Failed => 'problem' in outcome;

/** One line of a report: a service's stage and what became of it. */
export interface Entry<Kind extends string = string> {
  readonly service: string;
  readonly stage: string;
  /** What it is called in AWS: a secret name, a key alias. */
  readonly name: string;
  /** Project root, by which a batch finds the task. */
  readonly root: string;
  readonly outcome: Outcome<Kind>;
}

/** How a run over several services and stages ended. Holds no values. */
export interface Report<Kind extends string = string> {
  /** What the entries are about, for the summary: one of them, and several. */
  readonly noun: readonly [one: string, several: string];
  readonly entries: readonly Entry<Kind>[];
  /** An entry that failed is one finding: several may be about one thing, and some are about a service as a whole. */
  readonly findings?: true;
  /** Remarks that are no failures: uncommitted changes, say. */
  readonly notes: readonly string[];
  readonly milliseconds: number;
}

/** Whether everything is as it should be. */
export const succeeded = ({ entries }: Pick<Report, 'entries'>): boolean =>
  entries.every(({ outcome }) => !isFailed(outcome));

/** What a report's entries are about, each thing once, with how it ended: failed where one of its findings is. */
export function subjectsOf({ entries, findings }: Pick<Report, 'entries' | 'findings'>): readonly Entry[] {
  if (!findings) return entries;
  const subjects = new Map<string, Entry>();
  for (const entry of entries.filter(({ stage }) => stage !== '')) {
    const id = JSON.stringify([entry.root, entry.stage, entry.name]);
    const known = subjects.get(id);
    if (!known || isFailed(entry.outcome)) subjects.set(id, entry);
  }
  return [...subjects.values()];
}

/**
 * How many things ended in which way, in the order of the entries; failures last, and then how many findings there are where
 * a thing may have several.
 */
export function counts(report: Pick<Report, 'entries' | 'findings'>): ReadonlyMap<string, number> {
  const kinds = subjectsOf(report).map(({ outcome }) => outcome.kind);
  const ordered = [
    ...kinds.filter((kind) => kind !== 'failed'),
    ...kinds.filter((kind) => kind === 'failed'),
  ];
  const found = new Map<string, number>();
  for (const kind of ordered) found.set(kind, (found.get(kind) ?? 0) + 1);
  const findings = report.findings ? new Set(report.entries.flatMap(findingOf)).size : 0;
  return findings > 0 ? found.set('findings', findings) : found;
}

/** A finding about several files of a service, such as that its folder was renamed, is one. */
const findingOf = ({ root, outcome }: Entry): readonly string[] =>
  isFailed(outcome)
    ? [JSON.stringify([root, outcome.problem.code, outcome.problem.what, outcome.problem.where])]
    : [];

/** Failures of one kind, told once: an endpoint that does not answer, or a session that ended, fails hundreds. */
export interface Failure {
  /** `where` names the places of all, the first few where there are many. */
  readonly problem: Problem;
  readonly entries: readonly Entry[];
}

/** Places of a failure that are named before the others are only counted. */
const placesShown = 5;

/** The failures of a report, those together that differ in the place at most, in the order of the entries. */
export function failuresOf(entries: readonly Entry[]): readonly Failure[] {
  const failures = new Map<string, { problem: Problem; places: Set<string>; entries: Entry[] }>();
  for (const entry of entries) {
    if (!isFailed(entry.outcome)) continue;
    const { problem } = entry.outcome;
    const key = JSON.stringify([problem.code, problem.what, problem.fix]);
    const failure = failures.get(key) ?? { problem, places: new Set(), entries: [] };
    if (problem.where !== undefined) failure.places.add(problem.where);
    failure.entries.push(entry);
    failures.set(key, failure);
  }
  return [...failures.values()].map(({ problem, places, entries }) => ({
    problem: { ...problem, where: placesText([...places]) },
    entries,
  }));
}

function placesText(places: readonly string[]): string | undefined {
  if (places.length === 0) return undefined;
  const more = places.length - placesShown;
  return [...places.slice(0, placesShown), ...(more > 0 ? [`and ${more} more`] : [])].join('\n');
}

/** Several runs as one: tasks whose options differ run one after the other. Undefined where there was none. */
export const mergeReports = ([first, ...others]: readonly Report[]): Report | undefined =>
  first &&
  others.reduce(
    (all, { entries, notes, milliseconds }) => ({
      ...all,
      entries: [...all.entries, ...entries],
      notes: [...all.notes, ...notes],
      milliseconds: all.milliseconds + milliseconds,
    }),
    first,
  );
