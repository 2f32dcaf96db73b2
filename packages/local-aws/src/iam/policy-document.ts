/** A policy as data, after its JSON was checked: what the IAM policy grammar calls statements, lists always lists. */
export interface PolicyDocument {
  /** Policy variables (`${aws:username}`) are text in documents of the older version. */
  readonly variables: boolean;
  readonly statements: readonly Statement[];
}

export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  /** Absent in identity policies: they are about whoever they are attached to. */
  readonly principals: Listed<PolicyPrincipal> | undefined;
  readonly actions: Listed<string>;
  /** Absent in trust policies: they are about the role that they are attached to. */
  readonly resources: Listed<string> | undefined;
  readonly conditions: readonly Condition[];
}

/** An element, or its opposite (`NotAction`): all but what it lists. */
export interface Listed<T> {
  readonly all: readonly T[];
  readonly negated: boolean;
}

export interface PolicyPrincipal {
  /** `Everyone` is a principal written as `*` and nothing else. */
  readonly kind: 'Everyone' | 'AWS' | 'Federated' | 'Service' | 'CanonicalUser';
  readonly value: string;
}

export interface Condition {
  /** In lower case, without its prefix and suffix: `stringequals`. */
  readonly operator: ConditionOperator;
  readonly quantifier: 'ForAllValues' | 'ForAnyValue' | undefined;
  readonly ifExists: boolean;
  readonly key: string;
  readonly values: readonly string[];
}

export const conditionOperators = [
  'stringequals',
  'stringnotequals',
  'stringequalsignorecase',
  'stringnotequalsignorecase',
  'stringlike',
  'stringnotlike',
  'numericequals',
  'numericnotequals',
  'numericlessthan',
  'numericlessthanequals',
  'numericgreaterthan',
  'numericgreaterthanequals',
  'dateequals',
  'datenotequals',
  'datelessthan',
  'datelessthanequals',
  'dategreaterthan',
  'dategreaterthanequals',
  'bool',
  'null',
  'arnequals',
  'arnlike',
  'arnnotequals',
  'arnnotlike',
  'ipaddress',
  'notipaddress',
  'binaryequals',
] as const;

export type ConditionOperator = (typeof conditionOperators)[number];

/** What a policy is attached to: decides which elements it must and may not have. */
export type PolicyKind = 'identity' | 'resource' | 'trust';
