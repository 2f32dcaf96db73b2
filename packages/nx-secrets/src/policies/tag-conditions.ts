import { allTags, managedTags } from '../aws/tags';
import { allOf, type Conditions } from './document';
import type { PolicySubject } from './subject';

/**
 * A request that sets none but the service's own tags: another tag may be what somebody else's policies go by.
 *
 * @param more names of tags that may be set besides, to whatever value
 */
export const ownTags = (subject: PolicySubject, ...more: readonly string[]): Conditions => ({
  StringEqualsIfExists: requestTags(subject),
  'ForAllValues:StringEquals': { 'aws:TagKeys': tagKeys(subject, more) },
});

/** `ownTags` of a request that sets all of them. */
export const allOwnTags = (subject: PolicySubject, ...more: readonly string[]): Conditions => ({
  StringEquals: requestTags(subject),
  'ForAllValues:StringEquals': { 'aws:TagKeys': tagKeys(subject, more) },
});

/** A resource whose tags say that it is the service's and stage's. */
export const tagged = (subject: PolicySubject): Conditions => ({
  StringEquals: resourceTags(subject),
});

/** A resource whose tags do not say that it is somebody else's: one that lost its tags, or never had them. */
export const notTaggedOtherwise = (subject: PolicySubject): Conditions => ({
  StringEqualsIfExists: resourceTags(subject),
});

/** A resource with none of the tags that say whose it is. */
export const untagged = ({ names }: PolicySubject): Conditions => ({
  Null: Object.fromEntries(
    Object.keys(managedTags(names)).map((tag) => [`aws:ResourceTag/${tag}`, ['true']]),
  ),
});

/** A key behind the service's own alias and no other. */
export const aliased = (subject: PolicySubject): Conditions =>
  allOf(
    {
      'ForAllValues:StringEquals': { 'kms:ResourceAliases': [subject.names.keyAlias] },
      Null: { 'kms:ResourceAliases': ['false'] },
    },
    notTaggedOtherwise(subject),
  );

/** A key that no alias points at. */
export const notAliased: Conditions = { Null: { 'kms:ResourceAliases': ['true'] } };

/** Those that nx.json has besides are set to their values only, too: policies of others may go by them. */
const requestTags = ({ names }: PolicySubject) => tagConditions('aws:RequestTag', allTags(names));

/** Whose a resource is by its tags; others may be changed by hand. */
const resourceTags = ({ names }: PolicySubject) => tagConditions('aws:ResourceTag', managedTags(names));

const tagKeys = ({ names }: PolicySubject, more: readonly string[]) => [
  ...Object.keys(managedTags(names)),
  ...Object.keys(names.tags ?? {}),
  ...more,
];

const tagConditions = (kind: 'aws:RequestTag' | 'aws:ResourceTag', tags: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(tags).map(([tag, value]) => [`${kind}/${tag}`, [value]]));
