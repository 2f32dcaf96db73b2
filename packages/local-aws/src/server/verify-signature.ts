import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { AwsError } from '../protocol/aws-error';
import { algorithm, type Signature } from './signature';

/** A request as it came in. */
export interface HttpRequest {
  readonly method: string;
  /** Path and query, as in the request line. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

const skewMinutes = 5;
/** Headers that change what a request does, or who it comes from: they count only where they are signed. */
const decisiveHeaders = ['host', 'x-amz-date', 'x-amz-target', 'x-amz-security-token'];

/**
 * Checks that a request was signed with a secret access key, not long before or after `now`, and unchanged since.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 * @throws AwsError InvalidSignatureException
 */
export function verifySignature(
  request: HttpRequest,
  signature: Signature,
  secretAccessKey: string,
  now: number,
): void {
  const unsigned = decisiveHeaders.find(
    (name) => request.headers[name] !== undefined && !signature.signedHeaders.includes(name),
  );
  if (unsigned !== undefined) {
    throw invalid(`'${unsigned}' must be a 'SignedHeader' in the AWS Authorization.`);
  }
  if (!signature.time.startsWith(signature.day)) {
    throw invalid(
      'Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: ' +
        `'${signature.day}' != '${signature.time.slice(0, 8)}', from '${signature.time}'.`,
    );
  }
  checkTime(signature.time, now);
  const expected = Buffer.from(sign(request, signature, secretAccessKey), 'hex');
  if (!timingSafeEqual(expected, Buffer.from(signature.proof, 'hex'))) {
    throw invalid(
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret ' +
        'Access Key and signing method. Consult the service documentation for details.',
    );
  }
}

function checkTime(time: string, now: number): void {
  const signedAt = Date.parse(time.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  const skew = skewMinutes * 60_000;
  const limit = (at: number, sign: string): string =>
    `${compactTime(at)} (${compactTime(now)} ${sign} ${skewMinutes} min.)`;
  if (signedAt < now - skew) {
    throw invalid(`Signature expired: ${time} is now earlier than ${limit(now - skew, '-')}`);
  }
  // Written so that an invalid time (NaN) fails as well.
  if (!(signedAt <= now + skew)) {
    throw invalid(`Signature not yet current: ${time} is still later than ${limit(now + skew, '+')}`);
  }
}

function sign(request: HttpRequest, signature: Signature, secretAccessKey: string): string {
  const { day, region, service, time } = signature;
  const text = [
    algorithm,
    time,
    `${day}/${region}/${service}/aws4_request`,
    sha256(canonicalRequest(request, signature.signedHeaders)),
  ].join('\n');
  const key = [day, region, service, 'aws4_request'].reduce<Buffer>(
    (signing, part) => hmac(signing, part),
    Buffer.from(`AWS4${secretAccessKey}`, 'utf8'),
  );
  return hmac(key, text).toString('hex');
}

/** The request as text that client and server agree on. The hash of the body is always our own. */
function canonicalRequest(request: HttpRequest, signedHeaders: readonly string[]): string {
  const [path = '', query = ''] = request.target.split(/\?(.*)/s);
  return [
    request.method,
    path.split('/').map(encode).join('/'),
    canonicalQuery(query),
    ...signedHeaders.map((name) => `${name}:${canonicalValue(request.headers[name])}`),
    '',
    signedHeaders.join(';'),
    sha256(request.body),
  ].join('\n');
}

function canonicalValue(value: string | string[] | undefined): string {
  return [value ?? ''].flat().join(',').trim().replace(/ +/g, ' ');
}

function canonicalQuery(query: string): string {
  return [...new URLSearchParams(query)]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
}

/** Percent-encoding as SigV4 has it: all but letters, digits, `-`, `.`, `_` and `~`. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function compactTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/[-:]|\.\d{3}/g, '');
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text, 'utf8').digest();
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidSignatureException', message);
}
