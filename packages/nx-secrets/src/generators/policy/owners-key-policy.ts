import { generate, generateHere, shellWord } from '../../config/commands';
import { keyArnIn } from '../../config/stage-key';
import type { PolicyFormat } from '../../policies/formats/format';
import type { NamedPolicy } from '../../policies/named-policy';
import { throwProblem } from '../../problem';
import type { PolicyCommand } from './output-files';

/** The key policies among policies that are for whoever makes the key: nothing here sets them. */
const ownersPolicies = (policies: readonly NamedPolicy[]): readonly NamedPolicy[] =>
  policies.filter(({ kind, subject }) => kind === 'key' && subject.names.foreignKey !== undefined);

/** Says whose the key policies are that others have to set. */
export const ownerNotes = (policies: readonly NamedPolicy[]): readonly string[] =>
  ownersPolicies(policies).map(
    ({ name, subject, region }) =>
      `${name} is for whoever makes ${keyArnIn(region, subject.accountId, subject.names)}: nx-secrets does not set it. They add its statements to their policy of the key; in place of AdministerKey they keep their own.`,
  );

/**
 * Refuses a stack for the policy of a key that another stack makes: CloudFormation has no policy of a key by itself.
 *
 * @throws ProblemError
 */
export function assertNoStack(
  policies: readonly NamedPolicy[],
  format: PolicyFormat,
  { address, args }: PolicyCommand,
): void {
  const [policy] = ownersPolicies(policies);
  if (!policy || !['cloudformation', 'cdk'].includes(format)) return;
  const words = args.map(shellWord);
  throwProblem({
    code: 'keyNotOurs',
    what: `${policy.subject.names.foreignKey?.arn ?? ''} is a key that somebody else makes, and a stack sets the policy of a key that it makes only`,
    where: '--format',
    fix: `Leave "key" out of --for. For whoever makes the key, print the policy as JSON or for Terraform:\n${
      address ? generate(address, 'policy', ...words) : generateHere('policy', ...words)
    }`,
  });
}
