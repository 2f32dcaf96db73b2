import { isToken } from './token';

/**
 * What Git's history says of the version that is current in AWS: `earlier` is an earlier revision of this file;
 * `rolled-back` is one, too, but it came after a version that does not stand before it in this history; `unknown` is
 * none; `unavailable` and `shallow` mean that history cannot tell (no Git, no commit, a shallow clone).
 */
export type Ancestry = 'earlier' | 'rolled-back' | 'unknown' | 'unavailable' | 'shallow';

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
  readonly after: Tokens;
  readonly before: Tokens;
}

/** What is known after a part of history: `made` says that the change that made the current version was there. */
export type Finding = 'nothing' | 'seen' | 'made' | 'earlier';

/**
 * Goes one change back in history. What is deployed is an earlier revision where history has the step that the last
 * deployment made: the version before, and later the current one. Where it only has both the other way round, a commit
 * that this checkout does not have went back, or somebody did by hand (docs/decisions/0008).
 *
 * @param finding of all newer changes
 */
export function lookBack(finding: Finding, { after, before }: Step, deployed: Deployed): Finding {
  const { token, current, previous } = deployed;
  if (finding === 'earlier') return finding;
  const revision = [after, before].find((tokens) => tokens.includes(current));
  // Ids that are no tokens were not made from a revision of any file: a value by hand, or from before an --adopt.
  if (previous === undefined || !isToken(previous)) return revision ? 'earlier' : finding;
  // The output form was changed: forward, unless it is the other form that is to be pushed.
  if (revision?.includes(previous)) return previous === token ? 'seen' : 'earlier';
  if (finding === 'made' && [after, before].some((tokens) => tokens.includes(previous))) return 'earlier';
  if (after.includes(current)) return before.includes(previous) ? 'earlier' : 'made';
  return revision && finding === 'nothing' ? 'seen' : finding;
}

/** The answer once all of history that is here was looked at. */
export function concluded(finding: Finding, shallow: boolean): Ancestry {
  if (finding === 'earlier') return 'earlier';
  if (shallow) return 'shallow';
  return finding === 'nothing' ? 'unknown' : 'rolled-back';
}
