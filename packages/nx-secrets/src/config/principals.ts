import { throwProblem } from '../problem';
import { assertPlaceholders } from './pattern';
import { readFields, wrongType } from './read-fields';

/**
 * Who may do what with a stage's keys and secrets: ARNs of IAM roles and users, with the placeholders `{service}` and
 * `{stage}`, and the wildcards `*` and `?` in names, as in roles of IAM Identity Center. Nobody else may.
 */
export interface Principals {
  /** Those who push secret files: the pipeline. */
  readonly sync: readonly string[];
  /** Those who put values into secret files. */
  readonly encrypt: readonly string[];
  /** Those who read values of secret files. */
  readonly decrypt: readonly string[];
  /** What runs the service and reads the secret. */
  readonly runtime: readonly string[];
  /** Those who replace keys, and act after a leak. */
  readonly rotate: readonly string[];
  /** Those who delete the secrets of services that are gone. */
  readonly prune: readonly string[];
  /** Those who administer keys; whoever the account's IAM policies let, where absent. */
  readonly administrators?: readonly string[];
}

/** Principals as they are in nx.json: one ARN or a list of them. */
export type RawPrincipals = { readonly [Kind in keyof Principals]?: string | readonly string[] };

const kinds = ['sync', 'encrypt', 'decrypt', 'runtime', 'rotate', 'prune', 'administrators'] as const;

/**
 * Reads a stage's `principals`.
 *
 * @param roles the stage's roles, which are meant where `sync`, `rotate` or `prune` say none
 * @throws ProblemError for an unknown kind, or for what is not an ARN of a role or user
 */
export function readPrincipals(
  raw: unknown,
  roles: { readonly [Task in 'sync' | 'rotate' | 'prune']?: string | undefined },
  stagePlace: string,
): Principals {
  const place = `${stagePlace}.principals`;
  const fields = asLists(raw, place);
  const { encrypt = [], decrypt = [], runtime = [], administrators } = fields;
  const named = (task: 'sync' | 'rotate' | 'prune') => fields[task] ?? [roles[task] ?? []].flat();
  if (administrators?.length === 0) {
    throwProblem({
      code: 'noAdministrators',
      what: 'administrators is empty: nobody could change the keys',
      where: place,
      fix: 'Name at least one role, or remove administrators: then the IAM policies of the account decide.',
    });
  }
  return {
    sync: named('sync'),
    encrypt,
    decrypt,
    runtime,
    rotate: named('rotate'),
    prune: named('prune'),
    ...(administrators === undefined ? {} : { administrators }),
  };
}

function asLists(raw: unknown, place: string): Partial<Principals> {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw))
    throwProblem(wrongType('principals', 'an object', place));
  const lists = Object.fromEntries(
    Object.entries(raw).map(([kind, value]: [string, unknown]) => [
      kind,
      typeof value === 'string' ? [value] : value,
    ]),
  );
  const fields = readFields(lists, Object.fromEntries(kinds.map((kind) => [kind, 'object' as const])), place);
  for (const [kind, list] of Object.entries(fields)) {
    if (!Array.isArray(list)) throwProblem(wrongType(kind, 'an ARN or a list of ARNs', place));
    list.forEach((arn) => assertPrincipalArn(arn, kind, place));
  }
  return fields;
}

/** Source: IAM User Guide, "IAM ARNs" and "IAM name requirements". A name of wildcards alone would be everybody. */
export function assertPrincipalArn(arn: unknown, kind: string, place: string): asserts arn is string {
  if (typeof arn !== 'string') throwProblem(wrongType(kind, 'an ARN or a list of ARNs', place));
  assertPlaceholders(kind, arn, place);
  const filled = arn.replaceAll(/\{(service|stage)\}/g, 'x');
  const [, name] =
    /^arn:aws[\w-]*:iam::[0-9]{12}:(?:role|user)\/([\w+=,.@*?/-]+)$/.exec(filled) ??
    throwProblem({
      code: 'badPrincipal',
      what: `${kind} "${arn}" is not the ARN of an IAM role or user`,
      where: place,
      fix: 'Write it like arn:aws:iam::111122223333:role/name; aws iam get-role --role-name <name> shows it.',
    });
  if (/^[*?/]*$/.test(name ?? '')) {
    throwProblem({
      code: 'principalTooWide',
      what: `${kind} "${arn}" matches every identity of the account`,
      where: place,
      fix: 'Write a part of the name, as in role/deploy-*; to let IAM policies decide, remove principals.',
    });
  }
}
