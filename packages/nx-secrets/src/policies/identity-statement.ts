import type { Statement } from './document';
import type { KeyUse } from './key-use';
import { keyArns, type PolicySubject } from './subject';

/** A statement of an IAM policy that allows a use of the key. The conditions tell the key: its id is not known. */
export const allowUse = (
  subject: PolicySubject,
  Sid: string,
  { actions, conditions }: KeyUse,
): Statement => ({
  Sid,
  Effect: 'Allow',
  Action: actions,
  Resource: keyArns(subject),
  ...(conditions === undefined ? {} : { Condition: conditions }),
});
