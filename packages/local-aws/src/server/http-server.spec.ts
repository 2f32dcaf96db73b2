import { request } from 'node:http';
import { runningAws } from '../running-aws.test-kit';

const local = runningAws();

interface Sent {
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

const signed = (service: string) => ({
  'x-amz-date': '20261124T120000Z',
  authorization:
    `AWS4-HMAC-SHA256 Credential=local/20261124/eu-west-1/${service}/aws4_request, ` +
    `SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`,
});
const kmsTarget = { 'x-amz-target': 'TrentService.ListKeys' };

function send({ method = 'POST', path = '/', headers = {}, body = '{}' }: Sent) {
  return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: string }>(
    (resolve, reject) => {
      const sent = request(local.aws.endpoint + path, { method, headers }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: text });
        });
      });
      sent.on('error', reject);
      sent.end(body);
    },
  );
}

describe('AWS JSON', () => {
  it('answers as AWS does: type, length, request id, date', async () => {
    const answer = await send({ headers: { ...kmsTarget, ...signed('kms') } });
    expect(answer).toMatchObject({ status: 200, body: '{"Keys":[],"Truncated":false}' });
    expect(answer.headers).toMatchObject({
      'content-type': 'application/x-amz-json-1.1',
      'content-length': String(answer.body.length),
      'x-amzn-requestid': expect.stringMatching(/^[0-9a-f-]{36}$/),
      date: expect.any(String),
    });
  });

  it('takes an empty body for no input, and a path before it', async () => {
    const headers = { ...kmsTarget, ...signed('kms') };
    expect((await send({ path: '/pre/', headers, body: '' })).status).toBe(200);
  });

  it.each<[string, Sent, number, string]>([
    ['no signature', { headers: kmsTarget }, 403, 'MissingAuthenticationTokenException'],
    [
      "another service's scope",
      { headers: { ...kmsTarget, ...signed('sts') } },
      403,
      'InvalidSignatureException',
    ],
    [
      'an unknown operation',
      { headers: { 'x-amz-target': 'TrentService.Sign', ...signed('kms') } },
      400,
      'UnknownOperationException',
    ],
    [
      "an object's own member",
      { headers: { 'x-amz-target': 'TrentService.constructor', ...signed('kms') } },
      400,
      'UnknownOperationException',
    ],
    [
      'an unknown service',
      { headers: { 'x-amz-target': 'Other.ListKeys', ...signed('kms') } },
      400,
      'UnknownOperationException',
    ],
    ['no target and no action', { headers: signed('kms') }, 400, 'UnknownOperationException'],
    [
      'another method',
      { method: 'PUT', headers: { ...kmsTarget, ...signed('kms') } },
      400,
      'UnknownOperationException',
    ],
    ['no JSON', { headers: { ...kmsTarget, ...signed('kms') }, body: '{' }, 400, 'SerializationException'],
    [
      'no UTF-8',
      { headers: { ...kmsTarget, ...signed('kms') }, body: Buffer.from([0x22, 0xff, 0x22]) },
      400,
      'SerializationException',
    ],
    [
      'deep nesting',
      { headers: { ...kmsTarget, ...signed('kms') }, body: `${'['.repeat(200_000)}${']'.repeat(200_000)}` },
      400,
      'SerializationException',
    ],
    [
      'too long a body',
      { headers: { ...kmsTarget, ...signed('kms') }, body: ' '.repeat(1_048_577) },
      413,
      'RequestEntityTooLargeException',
    ],
  ])('answers to %s with an error', async (_what, sent, status, code) => {
    const answer = await send(sent);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toMatchObject({ __type: code });
  });

  it('leaves the message out of errors that have none', async () => {
    const headers = { 'x-amz-target': 'TrentService.Decrypt', ...signed('kms') };
    const answer = await send({ headers, body: '{"CiphertextBlob":"AAAA"}' });
    expect(answer.body).toBe('{"__type":"InvalidCiphertextException"}');
  });
});

describe('AWS Query', () => {
  const identity = 'Action=GetCallerIdentity&Version=2011-06-15';

  it('answers in XML', async () => {
    const answer = await send({ headers: signed('sts'), body: identity });
    expect(answer.headers['content-type']).toBe('text/xml');
    expect(answer.body).toMatch(
      /^<GetCallerIdentityResponse><GetCallerIdentityResult><UserId>123456789012<\/UserId>.*<RequestId>/,
    );
  });

  it.each([
    [identity, {}, 403, 'MissingAuthenticationToken'],
    [identity, signed('kms'), 403, 'SignatureDoesNotMatch'],
    ['Action=Nothing', signed('sts'), 400, 'InvalidAction'],
    ['Action=AssumeRole', signed('sts'), 400, 'ValidationError'],
  ])('answers to %s with %j with an error', async (body, headers, status, code) => {
    const answer = await send({ headers, body });
    expect(answer.status).toBe(status);
    expect(answer.body).toMatch(`<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code>`);
  });

  it('escapes what it repeats', async () => {
    const body = `Action=AssumeRole&RoleSessionName=session&RoleArn=${encodeURIComponent('<a>&\u0001'.repeat(9))}`;
    const answer = await send({ headers: signed('sts'), body });
    expect(answer.body).toContain('&lt;a&gt;&amp;\uFFFD');
    expect(answer.body).not.toContain('<a>');
  });
});

describe('requests from elsewhere', () => {
  const fine = { ...kmsTarget, ...signed('kms') };
  it.each([
    ['a page in a browser', '/', { ...fine, origin: 'http://localhost:3000' }],
    ['another name for loopback', '/', { ...fine, host: 'rebound.example' }],
    ['a page that wants the counts', '/_local-aws/calls', { origin: 'null' }],
    ['another name that wants the counts', '/_local-aws/calls', { host: 'rebound.example' }],
  ])('are refused: %s', async (_what, path, headers) => {
    const answer = await send({ path, headers });
    expect(answer.status).toBe(403);
    expect(answer.body).toMatch(/refused|Host/);
    expect(local.aws.calls()).toEqual({});
  });
});

describe('the interface for scripts', () => {
  const admin = async (method: string, path: string, body = '') => {
    const answer = await send({ method, path: `/_local-aws/${path}`, body });
    return { status: answer.status, body: JSON.parse(answer.body) as unknown };
  };
  const listKeys = () => send({ headers: { ...kmsTarget, ...signed('kms') } });

  it('tells that it is there, counts calls and forgets them', async () => {
    expect(await admin('GET', 'health')).toEqual({ status: 200, body: { status: 'ok' } });
    await listKeys();
    expect((await admin('GET', 'calls')).body).toEqual({ 'kms:ListKeys': 1 });
    await admin('DELETE', 'calls');
    expect((await admin('GET', 'calls')).body).toEqual({});
  });

  it('takes faults and resets', async () => {
    const fault = {
      operation: 'kms:ListKeys',
      kind: { error: 'AccessDeniedException', status: 403 },
      count: 2,
    };
    expect((await admin('POST', 'faults', JSON.stringify(fault))).status).toBe(200);
    expect((await listKeys()).status).toBe(403);
    await admin('DELETE', 'faults');
    expect((await listKeys()).status).toBe(200);
    await admin('POST', 'faults', '{"operation":"*","kind":"throttle","skip":1}');
    await admin('POST', 'reset');
    expect([(await listKeys()).status, (await listKeys()).status]).toEqual([200, 200]);
  });

  it.each([
    '',
    '[]',
    '{"operation":"*"}',
    '{"operation":"*","kind":"explode"}',
    '{"operation":"*","kind":"throttle","count":0}',
    '{"operation":"*","kind":{"error":"X","status":200}}',
    '{"operation":"*","kind":{"latencyMs":"1"}}',
  ])('refuses the fault %s', async (body) => {
    expect(await admin('POST', 'faults', body)).toMatchObject({
      status: 400,
      body: { message: expect.any(String) },
    });
  });

  it('knows nothing else', async () => {
    expect((await admin('GET', 'secrets')).status).toBe(404);
    expect((await admin('PATCH', 'calls')).status).toBe(404);
  });
});
