import type { NamedPolicy } from '../named-policy';
import type { PolicySubject } from '../subject';

/** What a key is for. */
export const keyDescription = ({ names }: PolicySubject): string =>
  `Secrets of ${names.service}, stage ${names.stage}`;

/** What an IAM policy is for. */
export const policyDescription = ({ kind, subject }: NamedPolicy): string =>
  `${keyDescription(subject)}: ${kind}`;
