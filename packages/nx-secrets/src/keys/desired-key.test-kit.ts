import { keyPolicy, revokedKeyPolicy } from '../policies/key-policy';
import { policySubject } from '../policies/subject';
import { readOptions } from '../config/options';
import { namesOf } from '../config/names';
import { descriptionOf, managedTags } from '../aws/tags';
import type { DesiredKey, KeyIdentity, KeySettings } from './states';

const names = namesOf('user-service', 'dev', readOptions({}), 'services/user-service');
const scope = { region: 'eu-west-1', accountId: '123456789012' };

/** The key that user-service's dev stage should have. */
export const desiredKey = (more: Partial<DesiredKey> = {}): DesiredKey => ({
  names,
  root: 'services/user-service',
  where: 'services/user-service/.sops.yaml',
  scope,
  description: descriptionOf(names),
  tags: managedTags(names),
  policy: keyPolicy(policySubject(names, {}, scope)),
  revokedPolicy: revokedKeyPolicy(policySubject(names, {}, scope)),
  rotationDays: 365,
  foreignKeys: new Map(),
  replicaRegions: [],
  files: ['services/user-service/secrets/dev.enc.yaml'],
  ...more,
});

/** A key just as `desiredKey` wants it. */
export const keyIdentity = (more: Partial<KeyIdentity> = {}): KeyIdentity => ({
  id: '1234abcd-12ab-34cd-56ef-1234567890ab',
  arn: 'arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab',
  state: 'Enabled',
  description: descriptionOf(names),
  createdAt: Date.UTC(2026, 0, 1),
  deletionDate: undefined,
  spec: 'SYMMETRIC_DEFAULT',
  manager: 'CUSTOMER',
  regions: { kind: 'single' },
  tags: managedTags(names),
  ...more,
});

/** Settings just as a desired key wants them. */
export const keySettings = (desired = desiredKey(), more: Partial<KeySettings> = {}): KeySettings => ({
  policy: JSON.stringify(desired.policy),
  rotationDays: desired.rotationDays,
  replicas: new Map(),
  ...more,
});
