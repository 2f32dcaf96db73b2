import { policyDocument, type PolicyDocument, type Statement } from './document';
import { addStatement, mergeStatements } from './merge-statements';
import { quotas, sizeOf } from './quotas';
import { shortStatement } from './short-statement';

/**
 * The IAM policies of several services as one policy, or as few as IAM's size allows. Together they allow what the single
 * ones allow, and nothing about a service that is not among them.
 *
 * @param documents one for each service, of the same kind and stage
 */
export function packPolicies(documents: readonly PolicyDocument[]): readonly PolicyDocument[] {
  const whole = policyDocument(mergeStatements(documents));
  if (sizeOf(whole) <= quotas.managedPolicy) return [whole];
  const statements = documents.flatMap(({ Statement }) => Statement.map(shortStatement));
  const sids = [...new Set(statements.map(({ Sid }) => Sid))];
  // Statement by statement: so each is repeated in as few policies as possible.
  const ordered = sids.flatMap((sid) => statements.filter(({ Sid }) => Sid === sid));
  const packed: (readonly Statement[])[] = [];
  for (const statement of ordered) {
    const extended = addStatement(packed.at(-1) ?? [], statement);
    if (packed.length > 0 && sizeOf(policyDocument(extended)) <= quotas.managedPolicy)
      packed[packed.length - 1] = extended;
    else packed.push([statement]);
  }
  return packed.map(policyDocument);
}
