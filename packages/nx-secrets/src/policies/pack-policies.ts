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
  // What is the same for all services goes wherever there is room in the end.
  const isCommon = (sid: string) =>
    new Set(statements.filter(({ Sid }) => Sid === sid).map((one) => JSON.stringify(one))).size === 1;
  const commonSids = new Set(sids.filter(isCommon));
  const packed: (readonly Statement[])[] = [];
  for (const statement of ordered.filter(({ Sid }) => !commonSids.has(Sid))) {
    const extended = addStatement(packed.at(-1) ?? [], statement);
    if (packed.length > 0 && fits(extended)) packed[packed.length - 1] = extended;
    else packed.push([statement]);
  }
  const common = [...commonSids].flatMap((sid) => statements.find(({ Sid }) => Sid === sid) ?? []);
  for (const statement of common.sort((a, b) => sizeOf(policyDocument([b])) - sizeOf(policyDocument([a])))) {
    const roomy = packed.findIndex((one) => fits(addStatement(one, statement)));
    if (roomy < 0) packed.push([statement]);
    else packed[roomy] = addStatement(packed[roomy] ?? [], statement);
  }
  return packed.map(policyDocument);
}

const fits = (statements: readonly Statement[]): boolean =>
  sizeOf(policyDocument(statements)) <= quotas.managedPolicy;
