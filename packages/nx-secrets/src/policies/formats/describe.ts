import type { NamedPolicy } from '../named-policy';
import type { PolicySubject } from '../subject';

/** What a key is for. */
export const keyDescription = ({ names }: PolicySubject): string =>
  `Secrets of ${names.service}, stage ${names.stage}`;

/** What an IAM policy is for. */
export const policyDescription = ({ kind, subject, services }: NamedPolicy): string =>
  kind === 'assume'
    ? 'Secrets: assuming the roles whose trust policies allow it'
    : `${services.length > 1 ? `Secrets of ${services.length} services, stage ${subject.names.stage}` : keyDescription(subject)}: ${kind}`;
