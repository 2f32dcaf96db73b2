import { DecryptCommand, KMSClient } from '@aws-sdk/client-kms';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { AwsError } from '../protocol/aws-error';
import { readAuthorization } from './signature';
import { type HttpRequest, verifySignature } from './verify-signature';

const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey, sessionToken: 'a token+/=' };

interface SentRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** What an SDK client would send, as a server gets it. */
async function signedBySdk(service: 'kms' | 'sts'): Promise<HttpRequest> {
  let sent: SentRequest | undefined;
  const requestHandler = {
    handle: async (request: SentRequest) => {
      sent = request;
      throw new Error('not sent');
    },
  };
  const config = {
    region: 'eu-west-1',
    credentials,
    requestHandler,
    endpoint: 'http://127.0.0.1:4599',
    maxAttempts: 1,
  };
  const call =
    service === 'kms'
      ? new KMSClient(config).send(new DecryptCommand({ CiphertextBlob: Buffer.from('x') }))
      : new STSClient(config).send(new GetCallerIdentityCommand({}));
  await call.catch(() => undefined);
  const headers = Object.entries(sent!.headers).map(([name, value]) => [name.toLowerCase(), value]);
  return {
    method: sent!.method,
    target: sent!.path,
    headers: Object.fromEntries(headers),
    body: Buffer.from(sent!.body),
  };
}

function messageOf(request: HttpRequest, { secret = secretAccessKey, after = 0 } = {}): string {
  const date = request.headers['x-amz-date'] as string;
  const signature = readAuthorization(request.headers.authorization, date);
  const now = Date.parse(date.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z')) + after;
  try {
    verifySignature(request, signature, secret, now);
    return '';
  } catch (error) {
    expect(error).toBeInstanceOf(AwsError);
    expect(error).toMatchObject({ code: 'InvalidSignatureException' });
    return (error as Error).message;
  }
}

/** The example of the IAM user guide, "Create a signed AWS API request". */
const documented: HttpRequest = {
  method: 'GET',
  target: '/?Version=2010-05-08&Action=ListUsers',
  headers: {
    host: 'iam.amazonaws.com',
    'content-type': ' application/x-www-form-urlencoded;  charset=utf-8 ',
    'x-amz-date': '20150830T123600Z',
    authorization:
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, ' +
      'SignedHeaders=content-type;host;x-amz-date, ' +
      'Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7',
  },
  body: Buffer.alloc(0),
};

describe('verifySignature', () => {
  it("accepts AWS's own example", () => {
    expect(messageOf(documented)).toBe('');
  });

  it.each(['kms', 'sts'] as const)(
    'accepts what the SDK signs for %s, and no other secret',
    async (service) => {
      const request = await signedBySdk(service);
      expect(messageOf(request)).toBe('');
      expect(messageOf(request, { secret: 'another' })).toMatch(
        /^The request signature we calculated does not match/,
      );
    },
  );

  const minute = 60_000;
  it.each([
    [-5 * minute, ''],
    [5 * minute, ''],
    [
      -5 * minute - 1000,
      /^Signature not yet current: \d{8}T\d{6}Z is still later than \d{8}T\d{6}Z \(\d{8}T\d{6}Z \+ 5 min\.\)$/,
    ],
    [
      5 * minute + 1000,
      /^Signature expired: \d{8}T\d{6}Z is now earlier than \d{8}T\d{6}Z \(\d{8}T\d{6}Z - 5 min\.\)$/,
    ],
  ])('%d ms after it was signed', async (after, expected) => {
    const message = messageOf(documented, { after });
    if (typeof expected === 'string') expect(message).toBe(expected);
    else expect(message).toMatch(expected);
  });

  it.each<[string, (request: HttpRequest) => HttpRequest, RegExp]>([
    ['body', (request) => ({ ...request, body: Buffer.from('{}') }), /calculated does not match/],
    ['method', (request) => ({ ...request, method: 'PUT' }), /calculated does not match/],
    ['path', (request) => ({ ...request, target: '/other' }), /calculated does not match/],
    ['query', (request) => ({ ...request, target: '/?a=b' }), /calculated does not match/],
    [
      'operation',
      (request) => withHeader(request, 'x-amz-target', 'TrentService.Encrypt'),
      /calculated does not match/,
    ],
    ['token', (request) => withHeader(request, 'x-amz-security-token', 'b'), /calculated does not match/],
    [
      'list of signed headers',
      (request) =>
        withHeader(request, 'authorization', request.headers.authorization!.replace(';x-amz-target', '')),
      /^'x-amz-target' must be a 'SignedHeader'/,
    ],
    [
      'day of the scope',
      (request) =>
        withHeader(
          request,
          'authorization',
          request.headers.authorization!.replace(/\/\d{8}\//, '/20150830/'),
        ),
      /^Date in Credential scope does not match YYYYMMDD/,
    ],
  ])('refuses another %s', async (_what, change, message) => {
    expect(messageOf(change(await signedBySdk('kms')))).toMatch(message);
  });

  it('refuses a day that is none', () => {
    const headers = { ...documented.headers, 'x-amz-date': '20159930T123600Z' };
    const signature = readAuthorization(
      headers.authorization!.replace('20150830', '20159930'),
      headers['x-amz-date'],
    );
    expect(() => verifySignature({ ...documented, headers }, signature, secretAccessKey, 0)).toThrow(
      'Signature not yet current',
    );
  });
});

function withHeader(request: HttpRequest, name: string, value: string): HttpRequest {
  return { ...request, headers: { ...request.headers, [name]: value } };
}
