import { auditPolicy } from './audit-policy';
import { developerPolicy } from './developer-policy';
import type { PolicyDocument } from './document';
import { holdersOf } from './holders';
import { keyPolicy } from './key-policy';
import type { PolicyKind } from './policy-kind';
import { provisionPolicy } from './provision-policy';
import { prunePolicy } from './prune-policy';
import { rotatePolicy } from './rotate-policy';
import { runtimePolicy } from './runtime-policy';
import { secretPolicy } from './secret-policy';
import type { PolicySubject } from './subject';
import { syncPolicy } from './sync-policy';

export type { PolicyKind } from './policy-kind';

const policies: Readonly<Record<PolicyKind, (subject: PolicySubject) => PolicyDocument>> = {
  sync: syncPolicy,
  developer: developerPolicy,
  runtime: runtimePolicy,
  provision: provisionPolicy,
  audit: auditPolicy,
  rotate: rotatePolicy,
  prune: prunePolicy,
  key: keyPolicy,
  secret: secretPolicy,
};

/** The kinds in the order in which help and messages name them. */
export const policyKinds = Object.keys(policies) as readonly PolicyKind[];

/** A policy with its name, and what and whom it is for. */
export interface NamedPolicy {
  /** `user-service-dev-sync`; `dev-sync` where it is of several services */
  readonly name: string;
  /** `assume`: to assume roles of stages, for those whom `trust` names. */
  readonly kind: PolicyKind | 'assume';
  /** The service's stage; of several services, the first one's. */
  readonly subject: PolicySubject;
  /** The services that it is of. */
  readonly services: readonly string[];
  /** Where it is created: the subject's region, or that of a replica. */
  readonly region: string;
  /** ARNs of the roles and users that it is to be attached to, as far as nx.json names them. */
  readonly holders: readonly string[];
  readonly document: PolicyDocument;
}

/** The policy of one kind for a service's stage. @throws ProblemError where the stage says too little for it */
export const namedPolicy = (kind: PolicyKind, subject: PolicySubject): NamedPolicy => ({
  name: `${subject.names.service}-${subject.names.stage}-${kind}`,
  kind,
  subject,
  services: [subject.names.service],
  region: subject.region,
  holders: holdersOf(kind, subject) ?? [],
  document: policies[kind](subject),
});
