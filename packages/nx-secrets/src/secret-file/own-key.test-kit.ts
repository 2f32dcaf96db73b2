import type { Recipient } from 'sops-codec';
import type { OwnKey } from './own-key';

/** The own key of a stage in tests, and the recipient by which files name it. */
export const ownKey: OwnKey = {
  arn: 'arn:aws:kms:eu-west-1:123456789012:alias/user-service-dev',
  service: 'user-service',
  stage: 'dev',
};
export const ownRecipient: Recipient = { kind: 'kms', arn: ownKey.arn, awsProfile: '' };
