import type { ContextEntries } from '../iam/request-context';
import { AwsError } from '../protocol/aws-error';
import type { Session, Tag } from '../store/model';

/** What a session carries besides its role: policies see it in every request of the session. */
export type SessionAttributes = Pick<Session, 'sourceIdentity' | 'tags' | 'transitiveTagKeys'>;

/** What a request, or the token of an identity provider, asks for. */
export interface RequestedAttributes {
  readonly sourceIdentity: string | undefined;
  readonly tags: readonly Tag[];
  readonly transitiveTagKeys: readonly string[];
}

const maximumTags = 50;

/**
 * The attributes of a new session. One that a session asks for (role chaining) keeps that session's source identity and
 * transitive tags.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html
 * @throws AwsError InvalidParameterValue, AccessDeniedException
 */
export function sessionAttributes(
  requested: RequestedAttributes,
  caller: SessionAttributes | undefined,
): SessionAttributes {
  assertTags(requested, caller);
  const before = caller?.sourceIdentity;
  if (before !== undefined && requested.sourceIdentity !== undefined && requested.sourceIdentity !== before) {
    throw new AwsError(
      'AccessDeniedException',
      'The source identity of the calling session cannot be changed by role chaining.',
    );
  }
  const inheritedKeys = caller?.transitiveTagKeys ?? [];
  const inherited = (caller?.tags ?? []).filter(({ key }) => includesKey(inheritedKeys, key));
  const tags = [...inherited, ...requested.tags];
  if (tags.length > maximumTags) throw invalid(`A session cannot have more than ${maximumTags} tags.`);
  return {
    sourceIdentity: before ?? requested.sourceIdentity,
    tags,
    transitiveTagKeys: [...inheritedKeys, ...requested.transitiveTagKeys],
  };
}

/** The condition keys of a request for a session with these attributes. */
export function attributeKeys(requested: RequestedAttributes, attributes: SessionAttributes): ContextEntries {
  const { transitiveTagKeys } = attributes;
  return [
    ['sts:SourceIdentity', attributes.sourceIdentity],
    ['sts:TransitiveTagKeys', transitiveTagKeys.length === 0 ? undefined : transitiveTagKeys],
    ['aws:TagKeys', requested.tags.length === 0 ? undefined : requested.tags.map(({ key }) => key)],
    ...requested.tags.map(({ key, value }) => [`aws:RequestTag/${key}`, value] as const),
  ];
}

function assertTags(
  { tags, transitiveTagKeys }: RequestedAttributes,
  caller: SessionAttributes | undefined,
): void {
  const keys = tags.map(({ key }) => key);
  if (new Set(keys.map(lower)).size < keys.length) {
    throw invalid('Duplicate tag keys found. Please note that Tag keys are case insensitive.');
  }
  if (keys.some((key) => lower(key).startsWith('aws:'))) {
    throw invalid("Tag keys can't begin with the reserved prefix aws:");
  }
  if (keys.some((key) => includesKey(caller?.transitiveTagKeys ?? [], key))) {
    throw invalid(
      "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the " +
        'calling session.',
    );
  }
  if (!transitiveTagKeys.every((key) => includesKey(keys, key))) {
    throw invalid('The specified transitive tag key must be included in the requested tags.');
  }
}

function includesKey(keys: readonly string[], key: string): boolean {
  return keys.some((item) => lower(item) === lower(key));
}

function lower(key: string): string {
  return key.toLowerCase();
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValue', message);
}
