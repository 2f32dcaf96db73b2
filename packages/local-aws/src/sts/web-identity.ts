import { AwsError } from '../protocol/aws-error';
import { ConstraintError, list, mapOf, optional, structure, text } from '../protocol/readers';
import * as member from './members';
import type { RequestedAttributes } from './session-attributes';

/** The claims of a web identity token about its bearer. */
export interface WebIdentity {
  readonly subject: string;
  readonly audience: string;
  readonly provider: string;
  /** All claims that are text or lists of text. */
  readonly claims: Readonly<Record<string, string | readonly string[]>>;
  /** Session tags and source identity, which the provider may put into the token. */
  readonly requested: RequestedAttributes;
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_adding-assume-role-idp */
const tagsClaim = 'https://aws.amazon.com/tags';
const sourceIdentityClaim = 'https://aws.amazon.com/source_identity';

/**
 * Reads the claims of an OIDC token. The signature is not checked: local-aws knows no identity provider.
 * @throws AwsError InvalidIdentityToken, ExpiredTokenException
 */
export function readWebIdentity(token: string, now: number): WebIdentity {
  const claims = readClaims(token);
  const { sub, aud, iss, exp } = claims;
  const audience: unknown = Array.isArray(aud) ? aud[0] : aud;
  if (typeof sub !== 'string' || typeof audience !== 'string' || typeof iss !== 'string') {
    throw new AwsError('InvalidIdentityToken', 'Missing a required claim: sub, aud or iss');
  }
  if (typeof exp === 'number' && exp * 1000 <= now) {
    throw new AwsError('ExpiredTokenException', 'Token expired');
  }
  const known = Object.entries(claims).filter(
    (claim): claim is [string, string | string[]] => typeof claim[1] === 'string' || isTexts(claim[1]),
  );
  return {
    subject: sub,
    audience,
    provider: iss,
    claims: Object.fromEntries([...known, ['aud', audience]]),
    requested: requestedAttributes(claims),
  };
}

function requestedAttributes(claims: Readonly<Record<string, unknown>>): RequestedAttributes {
  try {
    const sourceIdentity = optional(member.sourceIdentity)(claims[sourceIdentityClaim], '');
    const found = optional(tagsForm)(claims[tagsClaim], '');
    const tags = (found?.principal_tags ?? []).map(([Key, value]) => ({ Key, Value: value[0] }));
    return {
      sourceIdentity,
      tags: member.tags(tags, '').map(({ Key, Value }) => ({ key: Key, value: Value })),
      transitiveTagKeys: found?.transitive_tag_keys ?? [],
    };
  } catch (error) {
    if (!(error instanceof ConstraintError || error instanceof AwsError)) throw error;
    throw new AwsError(
      'InvalidIdentityToken',
      `The claim ${tagsClaim} or ${sourceIdentityClaim} is not valid: ${error.message}`,
    );
  }
}

/** Tags come as lists of one value. */
const tagsForm = structure({
  principal_tags: optional(mapOf(list(text(), { min: 1, max: 1 }))),
  transitive_tag_keys: optional(member.transitiveTagKeys),
});

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'string');
}

function readClaims(token: string): Record<string, unknown> {
  const parts = token.split('.');
  if (parts.length === 3) {
    try {
      const claims: unknown = JSON.parse(Buffer.from(parts[1] ?? '', 'base64url').toString('utf8'));
      if (typeof claims === 'object' && claims !== null) return claims as Record<string, unknown>;
    } catch {
      // Not JSON: the same answer as for a token that has no three parts.
    }
  }
  throw new AwsError('InvalidIdentityToken', 'The ID Token provided is not a valid JWT.');
}
