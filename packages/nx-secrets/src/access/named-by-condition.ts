import { accountIn } from './actor';
import { hasWildcard } from './glob';
import type { Condition } from './live-policy';

/** Condition operators by which a statement names whom it is about. */
const naming = /^(?:ForAnyValue:)?(?:Arn|String)(?:Equals|Like|EqualsIgnoreCase)(?:IfExists)?$/;
/** Those by which it names whom it is not about. */
const leavingOut = /^(?:ForAllValues:)?(?:Arn|String)Not(?:Equals|Like|EqualsIgnoreCase)(?:IfExists)?$/;

/** Whom conditions name: roles and users whom a statement is about. A name with a variable is nobody's until it is filled in. */
export const namedByConditions = (conditions: readonly Condition[]): readonly string[] =>
  namesOf(conditions, naming);

/** Roles and users whom conditions leave out. */
export const leftOutByConditions = (conditions: readonly Condition[]): readonly string[] =>
  namesOf(conditions, leavingOut);

const namesOf = (conditions: readonly Condition[], operators: RegExp): readonly string[] =>
  conditions
    .filter(({ operator, key }) => key === 'aws:principalarn' && operators.test(operator))
    .flatMap(({ values }) => values)
    .filter((arn) => !arn.includes('${') && (accountIn(arn) !== undefined || hasWildcard(arn)));

/**
 * Whether all whom a condition names are looked at by these names: they have to say the account, since IAM policies of
 * that account may have to allow it, too.
 */
export const namesThemselves = ({ operator, key, values }: Condition): boolean =>
  key === 'aws:principalarn' &&
  (naming.test(operator) || leavingOut.test(operator)) &&
  values.every((arn) => !arn.includes('${') && accountIn(arn) !== undefined);
