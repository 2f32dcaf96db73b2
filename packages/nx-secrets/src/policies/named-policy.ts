import { auditPolicy } from './audit-policy';
import { developerPolicy } from './developer-policy';
import type { PolicyDocument } from './document';
import { keyPolicy } from './key-policy';
import { provisionPolicy } from './provision-policy';
import { runtimePolicy } from './runtime-policy';
import { secretPolicy } from './secret-policy';
import type { PolicySubject } from './subject';
import { syncPolicy } from './sync-policy';

/** What a policy is for: IAM policies by who works under them, and the policies of the key and of the secret. */
export type PolicyKind = 'sync' | 'developer' | 'runtime' | 'provision' | 'audit' | 'key' | 'secret';

const policies: Readonly<Record<PolicyKind, (subject: PolicySubject) => PolicyDocument>> = {
  sync: syncPolicy,
  developer: developerPolicy,
  runtime: runtimePolicy,
  provision: provisionPolicy,
  audit: auditPolicy,
  key: keyPolicy,
  secret: secretPolicy,
};

/** The kinds in the order in which help and messages name them. */
export const policyKinds = Object.keys(policies) as readonly PolicyKind[];

/** A policy of a service's stage with its name. */
export interface NamedPolicy {
  /** `user-service-dev-sync` */
  readonly name: string;
  readonly kind: PolicyKind;
  readonly subject: PolicySubject;
  readonly document: PolicyDocument;
}

/** The policy of one kind for a service's stage. @throws ProblemError where the stage says too little for it */
export const namedPolicy = (kind: PolicyKind, subject: PolicySubject): NamedPolicy => ({
  name: `${subject.names.service}-${subject.names.stage}-${kind}`,
  kind,
  subject,
  document: policies[kind](subject),
});
