import { AwsError } from '../protocol/aws-error';

/** What a web identity token says about who brought it. */
export interface WebIdentity {
  readonly subject: string;
  readonly audience: string;
  readonly provider: string;
  /** All claims that are text. */
  readonly claims: Readonly<Record<string, string>>;
}

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
  const told = Object.entries(claims).filter(
    (claim): claim is [string, string] => typeof claim[1] === 'string',
  );
  return { subject: sub, audience, provider: iss, claims: Object.fromEntries([...told, ['aud', audience]]) };
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
