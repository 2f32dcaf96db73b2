/** Where AWS calls of a stage go and as whom: one set of clients each. */
export interface Scope {
  readonly region: string;
  /** The account that the stage's keys and secrets are in. */
  readonly accountId: string;
  /** Role that the calls assume; the environment's own identity where absent. */
  readonly roleArn?: string | undefined;
}

/** A text that is equal for equal scopes. */
export const scopeKey = ({ region, accountId, roleArn }: Scope) => `${region} ${accountId} ${roleArn ?? ''}`;
