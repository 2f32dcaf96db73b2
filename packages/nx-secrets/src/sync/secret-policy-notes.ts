import { guarded } from '../aws/guarded';
import { secretPolicyText } from '../aws/secrets-manager/resource-policies';
import type { AwsSession } from '../aws/session';
import { generateHere, runTarget } from '../config/commands';
import type { Options } from '../config/options';
import type { Interruption } from '../interruption';
import { policyLines } from '../keys/policy-difference';
import { mergedPolicy } from '../keys/secret-policy/merge';
import { isOwn } from '../keys/secret-policy/reconcile';
import { secretPolicy } from '../policies/secret-policy';
import { policySubject } from '../policies/subject';
import type { Planned } from './read-and-plan';
import type { Desired } from './states';

/** Names that a note lists before it only counts the others. */
const namesShown = 5;

/**
 * Notes on secrets whose policy is not as nx.json has it: `provision-keys` sets it where the stage has principals. One
 * GetResourcePolicy for each of these; where it is refused, that is noted, too.
 */
export async function secretPolicyNotes(
  planned: readonly Planned[],
  options: Options,
  sessionFor: (desired: Desired) => AwsSession,
  interruption: Interruption,
): Promise<readonly string[]> {
  const unseen: string[] = [];
  const notes = await Promise.all(
    planned.map(async ({ desired, remote }) => {
      const { names, scope } = desired;
      const stage = options.stages.get(names.stage) ?? {};
      if (!stage.principals || remote.kind === 'absent' || !isOwn(remote, desired)) return [];
      const read = await guarded(sessionFor(desired), interruption, async ({ clients }) => ({
        kind: 'read' as const,
        text: await secretPolicyText(clients, names.secretName),
      }));
      if (read.kind === 'failed') {
        unseen.push(names.secretName);
        return [];
      }
      const { changes } = mergedPolicy(read.text, secretPolicy(policySubject(names, stage, scope)));
      if (changes.length === 0) return [];
      return [
        [
          `the policy of ${names.secretName} is not as nx.json has it:`,
          ...policyLines(changes),
          'This sets it:',
          runTarget(names.address, 'provision-keys', `--stage=${names.stage}`),
        ].join('\n'),
      ];
    }),
  );
  const more = unseen.length > namesShown ? ` and ${unseen.length - namesShown} more` : '';
  return [
    ...notes.flat(),
    ...(unseen.length === 0
      ? []
      : [
          `whether the policies of ${unseen.slice(0, namesShown).join(', ')}${more} are as nx.json has them is unknown: secretsmanager:GetResourcePolicy did not answer. The policy of sync allows it when it is written again:\n${generateHere('policy', '--for=sync')}`,
        ]),
  ];
}
