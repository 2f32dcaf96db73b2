import { namesOf } from '../config/names';
import { readOptions, type RawOptions } from '../config/options';
import type { PolicyDocument } from './document';
import { namedPolicy, type PolicyKind } from './named-policy';
import { packPolicies } from './pack-policies';
import { policySubject, type PolicySubject } from './subject';

/** The account that policies in tests are about. */
export const account = '111122223333';

/** ARN of a role in that account. */
export const role = (name: string) => `arn:aws:iam::${account}:role/${name}`;

/** Principals of every kind. */
export const everyPrincipal = {
  sync: role('sync'),
  encrypt: [role('developer')],
  decrypt: [role('lead')],
  runtime: role('{service}-{stage}'),
};

/** The subject of user-service's dev stage, or of another, with these options of the stage. */
export function subjectOf(
  stageOptions: Exclude<RawOptions['stages'], string[] | undefined>[string] = {},
  { service = 'user-service', stage = 'dev', region = 'eu-west-1' } = {},
): PolicySubject {
  const options = readOptions({ stages: { [stage]: stageOptions } });
  const names = namesOf(service, stage, options, `services/${service}`);
  return policySubject(names, options.stages.get(stage) ?? {}, { region, accountId: account });
}

/**
 * The policies of a role that is of sixty services besides: so many that they are several, and in their short form. None of
 * the others is called as any in tests.
 */
export function oneOfMany(kind: PolicyKind, subject: PolicySubject): readonly PolicyDocument[] {
  const { service, stage, secretName, keyAlias, address } = subject.names;
  const others = Array.from({ length: 60 }, (_, index): PolicySubject => {
    const other = `many-${index}`;
    const named = (text: string) => text.replace(service, other);
    const names = {
      service: other,
      stage,
      secretName: named(secretName),
      keyAlias: named(keyAlias),
      address,
    };
    return { ...subject, names };
  });
  const all = [...others.slice(0, 30), subject, ...others.slice(30)];
  return packPolicies(all.map((one) => namedPolicy(kind, one).document));
}
