import { isToken } from './token';

/**
 * What Git's history says of the version that is current in AWS: `earlier` is an earlier revision of this file, and came
 * after the version that was current before; `rolled-back` is one, too, but comes before that version in this history;
 * `unordered` is one whose place history cannot tell: the version before is not a revision here (squashed, rebased,
 * overwritten), or one of a parallel branch; `unknown` is not a revision; `unavailable` and `shallow` mean that history
 * cannot tell (no Git, no commit, a shallow clone).
 */
export type Ancestry = 'earlier' | 'rolled-back' | 'unordered' | 'unknown' | 'unavailable' | 'shallow';

/** What is deployed, and what is to be: all by version id. */
export interface Deployed {
  /** The version that is to be pushed. */
  readonly token: string;
  /** The version that carries AWSCURRENT. */
  readonly current: string;
  /** The version that carries AWSPREVIOUS. */
  readonly previous: string | undefined;
}

/** Tokens of one revision, one for each output form. */
export type Tokens = readonly string[];

/** A change of the file in history, by the tokens of its contents; none where the file was not there. */
export interface Step {
  /** Id of the commit that made it. */
  readonly commit: string;
  readonly after: Tokens;
  readonly before: Tokens;
}

/** Whether a commit is one of others, or in the history of one of them. */
export type Within = (commit: string, others: readonly string[]) => Promise<boolean>;

/** What was seen in a part of history. */
export interface Sightings {
  /** The answer is known, whatever older changes there are. */
  readonly earlier: boolean;
  /** The current version is a revision. */
  readonly seen: boolean;
  /** The current version is the same revision as the one before, in another output form, and that one is to be pushed. */
  readonly formBack: boolean;
  /** Commits that made the current version. */
  readonly currents: readonly string[];
  /** Commits that made the version before. */
  readonly previous: readonly string[];
}

/** Before anything was looked at. */
export const nothingSeen: Sightings = {
  earlier: false,
  seen: false,
  formBack: false,
  currents: [],
  previous: [],
};

/** Commits per version that are compared; contents that come back more often than this are not told apart. */
const compared = 50;

/**
 * Goes one change back in history. What is deployed is an earlier revision where the commits have the step that the last
 * deployment made: the version before in the history of a commit that made the current one (docs/decisions/0008).
 *
 * @param found in all newer changes
 */
export async function lookBack(
  found: Sightings,
  { commit, after, before }: Step,
  { token, current, previous }: Deployed,
  within: Within,
): Promise<Sightings> {
  if (found.earlier) return found;
  const earlier = { ...found, earlier: true };
  const revision = [after, before].find((tokens) => tokens.includes(current));
  // Ids that are no tokens were not made from a revision of any file: a value by hand, or from before an --adopt.
  if (previous === undefined || !isToken(previous)) return revision ? earlier : found;
  // The output form was changed: forward, unless it is the other form that is to be pushed.
  if (revision?.includes(previous))
    return previous === token ? { ...found, seen: true, formBack: true } : earlier;
  const isMade = after.includes(current);
  if (isMade && before.includes(previous)) return earlier;
  const hasPrevious = after.includes(previous) || before.includes(previous);
  if (hasPrevious && (await isBelow(commit, found.currents, within))) return earlier;
  return {
    ...found,
    seen: found.seen || revision !== undefined,
    currents: isMade ? [...found.currents, commit].slice(0, compared) : found.currents,
    previous: after.includes(previous) ? [...found.previous, commit].slice(0, compared) : found.previous,
  };
}

/** The answer once all of history that is here was looked at. */
export async function concluded(found: Sightings, shallow: boolean, within: Within): Promise<Ancestry> {
  if (found.earlier) return 'earlier';
  if (shallow) return 'shallow';
  if (!found.seen) return 'unknown';
  if (found.formBack) return 'rolled-back';
  for (const commit of found.currents)
    if (await isBelow(commit, found.previous, within)) return 'rolled-back';
  return 'unordered';
}

const isBelow = async (commit: string, others: readonly string[], within: Within): Promise<boolean> =>
  others.length > 0 && (await within(commit, others));
