import { policyDocument, type PolicyDocument } from './document';
import { allowUse } from './identity-statement';
import { openFile, sealFile } from './key-use';
import type { PolicySubject } from './subject';

/**
 * The IAM policy of people who work on a service. Reading values of the stage is in it unless the stage lets nobody:
 * whose reading takes effect, the key policy decides.
 */
export const developerPolicy = (subject: PolicySubject): PolicyDocument =>
  policyDocument([
    allowUse(subject, 'EncryptFile', sealFile(subject)),
    ...(subject.principals?.decrypt.length === 0
      ? []
      : [allowUse(subject, 'DecryptFile', openFile(subject))]),
  ]);
