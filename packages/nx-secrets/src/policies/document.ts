/**
 * A policy of AWS, in the one form that is used here: lists where AWS also takes a single text.
 * Source: IAM User Guide, "Grammar of the IAM JSON policy language".
 */
export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly Statement[];
}

/** One statement. Key policies and resource policies name a principal, identity policies do not. */
export interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: { readonly AWS: readonly string[] };
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Conditions;
}

/** Values by condition key by operator; all must hold, of a list one. */
export type Conditions = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** A document of these statements. */
export const policyDocument = (statements: readonly Statement[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: statements,
});

/** Conditions of which all must hold. Operators that several have in common are put together. */
export function allOf(...conditions: readonly Conditions[]): Conditions {
  const merged: Record<string, Record<string, readonly string[]>> = {};
  for (const [operator, keys] of conditions.flatMap((one) => Object.entries(one))) {
    merged[operator] = { ...merged[operator], ...keys };
  }
  return merged;
}
