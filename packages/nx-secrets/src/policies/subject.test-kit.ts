import { namesOf } from '../config/names';
import { readOptions, type RawOptions } from '../config/options';
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
