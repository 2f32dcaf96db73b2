import type { Names } from '../config/names';

/** The tags by which a key or a secret says that this plugin made it, and for what. */
export const managedTags = ({ service, stage }: Pick<Names, 'service' | 'stage'>) => ({
  'managed-by': 'nx-secrets',
  service,
  stage,
});

/** All tags that a key or a secret gets: those of this plugin, and those that nx.json has besides. */
export const allTags = (
  names: Pick<Names, 'service' | 'stage' | 'tags'>,
): Readonly<Record<string, string>> => ({
  ...names.tags,
  ...managedTags(names),
});

/** Whether tags say that a key or secret is that of a service and stage; other tags make no difference. */
export const saysOwn = (
  tags: Readonly<Record<string, string>>,
  names: Pick<Names, 'service' | 'stage'>,
): boolean => Object.entries(managedTags(names)).every(([tag, value]) => tags[tag] === value);

/**
 * The tag of a key that another one has replaced behind its alias; its value is the id of that key. Old files and
 * versions may still need it, so provisioning leaves it alone.
 */
export const replacedByTag = 'replaced-by';

/**
 * The tag of a key that replaced others: the ids of the one before it, and of those before that one which were not
 * scheduled for deletion by then, separated by spaces. A tag's value has room for six.
 */
export const replacesTag = 'replaces';

/** The tag of a key that is replaced because it leaked, set before anything else: a later run resumes that. */
export const revokedTag = 'revoked';

/** The description of a key or secret. */
export const descriptionOf = ({ service, stage }: Pick<Names, 'service' | 'stage'>) =>
  `Secrets of ${service}, stage ${stage}`;

/** The service and stage that a description is of; undefined for any other text. */
export function describedAs(
  description: string,
): { readonly service: string; readonly stage: string } | undefined {
  const [, service, stage] = /^Secrets of (.+), stage (\S+)(?: \(not in use yet\))?$/.exec(description) ?? [];
  return service === undefined || stage === undefined ? undefined : { service, stage };
}

/**
 * The description of a key from its making until it has its alias. Nothing can have been encrypted with it by then, so
 * only a key of this description may go when it turns out to be one too many.
 */
export const unusedDescriptionOf = (names: Pick<Names, 'service' | 'stage'>) =>
  `${descriptionOf(names)} (not in use yet)`;

/**
 * Days in which the deletion of a redundant key can be cancelled: the longest that KMS takes. A key that waits costs
 * nothing, and the provision policy allows no shorter window.
 */
export const redundantKeyWindowDays = 30;
