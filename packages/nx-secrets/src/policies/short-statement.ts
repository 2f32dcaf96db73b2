import { allOf, type Statement } from './document';

/**
 * A statement in fewer characters, which allows the same:
 *
 * - resources with `*` for their region, which a condition tells: of several regions each once. A request for a resource
 *   goes to the resource's region.
 * - ARNs of secrets in an encryption context, where `kms:ViaService` names the regions: from their account on. Secrets
 *   Manager writes the ARN of its own secret there, and no part of an ARN before the name can have a colon in it.
 *
 * Source: IAM User Guide, aws:RequestedRegion; KMS Developer Guide, kms:ViaService; Secrets Manager User Guide, "Secret
 * encryption and decryption".
 */
export function shortStatement(statement: Statement): Statement {
  const { Resource, Condition = {} } = statement;
  const { StringEquals = {}, StringLike = {} } = Condition;
  const resources = StringEquals['aws:RequestedRegion'] === undefined ? withoutRegions(Resource) : undefined;
  const contexts = StringEquals['kms:ViaService'] === undefined ? undefined : StringLike[secretArn];
  const conditions = [
    ...(contexts ? [{ StringLike: { [secretArn]: [...new Set(contexts.map(fromAccount))] } }] : []),
    ...(resources ? [{ StringEquals: { 'aws:RequestedRegion': resources.regions } }] : []),
  ];
  if (conditions.length === 0) return statement;
  return { ...statement, Resource: resources?.arns ?? Resource, Condition: allOf(Condition, ...conditions) };
}

const secretArn = 'kms:EncryptionContext:SecretARN';

/** `arn:aws:secretsmanager:eu-west-1:111122223333:secret:…` as `*:111122223333:secret:…` */
const fromAccount = (arn: string): string => arn.replace(/^arn:[^:]*:secretsmanager:[^:]*:/, '*:');

/** ARNs without their regions; undefined where they are not the same resources in each region, or every key of a region. */
function withoutRegions(
  arns: readonly string[],
): { readonly arns: readonly string[]; readonly regions: readonly string[] } | undefined {
  const split = arns.map((arn) => /^((?:[^:]*:){3})([^:]*)(:.*)$/.exec(arn) ?? []);
  const regions = [...new Set(split.map(([, , region = '']) => region))];
  const isPlain = arns.length === 1 && arns[0]?.endsWith(':key/*');
  if (isPlain || regions.some((region) => region === '' || region === '*')) return undefined;
  const shorter = [...new Set(split.map(([, begin = '', , end = '']) => `${begin}*${end}`))];
  return shorter.length * regions.length === arns.length ? { arns: shorter, regions } : undefined;
}
