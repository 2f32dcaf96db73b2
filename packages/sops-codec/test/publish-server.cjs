/**
 * S3, Google Cloud Storage and Vault's key-value engine on loopback, as far as publishing needs them: each request is
 * checked as the service does, recorded, and answered from memory. Used by the tests here and by tools/interop.
 */
const { createHash } = require('node:crypto');
const { createServer } = require('node:http');
const { buffer } = require('node:stream/consumers');

const json = (status, body) => ({ status, type: 'application/json', body: JSON.stringify(body) });
const xml = (status, code) => ({
  status,
  type: 'application/xml',
  body: `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>canary</Message></Error>`,
});

/**
 * Starts the services.
 *
 * @param {{buckets?: readonly string[], accessKeyId?: string}} [options] what exists, and who may use it
 * @returns their address, what they hold, and the requests that arrived
 */
async function startPublishServer({ buckets = ['bucket'], accessKeyId = 'publisher' } = {}) {
  const objects = new Map();
  const secrets = new Map();
  const requests = [];
  const faults = { status: undefined };

  /** PutObject, GetObject, HeadObject. Source: Amazon S3 API reference; "Authenticating Requests (AWS Signature Version 4)" */
  function s3(method, path, headers, body) {
    const [bucket, ...rest] = path.slice(1).split('/').map(decodeURIComponent);
    const name = `s3://${bucket}/${rest.join('/')}`;
    const signature =
      /^AWS4-HMAC-SHA256 Credential=([^/]+)\/\d{8}\/[a-z0-9-]+\/s3\/aws4_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=[0-9a-f]{64}$/.exec(
        headers.authorization ?? '',
      );
    if (!signature) return xml(403, 'AccessDenied');
    if (!signature[2].split(';').includes('host')) return xml(403, 'SignatureDoesNotMatch');
    if (signature[1] !== accessKeyId) return xml(403, 'InvalidAccessKeyId');
    if (!buckets.includes(bucket)) return xml(404, 'NoSuchBucket');
    if (method === 'PUT') {
      const claimed = headers['x-amz-content-sha256'];
      const digest = createHash('sha256').update(body).digest('hex');
      if (claimed !== 'UNSIGNED-PAYLOAD' && claimed !== digest) return xml(400, 'XAmzContentSHA256Mismatch');
      objects.set(name, body);
    }
    const object = objects.get(name);
    if (object === undefined) return xml(404, 'NoSuchKey');
    const etag = `"${createHash('md5').update(object).digest('hex')}"`;
    return { status: 200, headers: { etag }, body: method === 'GET' ? object : '' };
  }

  /** Uploads in one part, and objects. Source: Cloud Storage JSON API, "Objects: insert" and "Objects: get" */
  function gcs(method, url, headers, body) {
    const [, upload, bucket, object] =
      /^(\/upload)?\/storage\/v1\/b\/([^/]+)\/o(?:\/(.+))?$/.exec(url.pathname) ?? [];
    if (!buckets.includes(bucket)) return json(404, { error: { code: 404, message: 'canary' } });
    if (upload === undefined) {
      const held = objects.get(`gcs://${bucket}/${decodeURIComponent(object)}`);
      if (held === undefined) return json(404, { error: { code: 404, message: 'canary' } });
      if (url.searchParams.get('alt') === 'media') return { status: 200, body: held };
      return json(200, {
        kind: 'storage#object',
        bucket,
        name: decodeURIComponent(object),
        size: String(held.length),
      });
    }
    const { name, content } = uploaded(url, headers, body);
    if (method !== 'POST' || name === undefined)
      return json(400, { error: { code: 400, message: 'canary' } });
    objects.set(`gcs://${bucket}/${name}`, content);
    return json(200, { kind: 'storage#object', bucket, name, size: String(content.length) });
  }

  function uploaded(url, headers, body) {
    const type = url.searchParams.get('uploadType');
    if (type === 'media') return { name: url.searchParams.get('name') ?? undefined, content: body };
    const [, boundary] =
      /^multipart\/related; ?boundary="?([^"]+)"?$/.exec(headers['content-type'] ?? '') ?? [];
    if (type !== 'multipart' || boundary === undefined) return {};
    const [, metadata = '', media = ''] = body.toString('latin1').split(`--${boundary}`);
    const after = (part) => part.slice(part.indexOf('\r\n\r\n') + 4, -2);
    return { name: JSON.parse(after(metadata)).name, content: Buffer.from(after(media), 'latin1') };
  }

  /** Versions 1 (mounts kv, kv1) and 2 (mounts secret, kv2). Source: Vault API, "KV secrets engine" */
  function vault(method, path, headers, body) {
    if (headers['x-vault-token'] !== 'publisher') return json(403, { errors: ['permission denied, canary'] });
    if (headers['x-vault-request'] !== 'true') return json(400, { errors: ['missing header'] });
    const [mount, ...rest] = path.slice('/v1/'.length).split('/').map(decodeURIComponent);
    const isSecond = mount === 'secret' || mount === 'kv2';
    if (!isSecond && mount !== 'kv1' && mount !== 'kv')
      return json(404, { errors: ['no handler for route'] });
    if (isSecond && rest[0] !== 'data')
      return json(404, { errors: [], warnings: ['Invalid path for a versioned K/V secrets engine'] });
    const versions = secrets.get(path) ?? [];
    if (method === 'GET') {
      const newest = versions.at(-1);
      if (newest === undefined) return json(404, { errors: [] });
      return {
        status: 200,
        type: 'application/json',
        body: isSecond
          ? `{"data":{"data":${newest},"metadata":{"version":${versions.length}}}}`
          : `{"data":${newest}}`,
      };
    }
    if (method !== 'PUT' && method !== 'POST') return json(405, { errors: [] });
    const text = body.toString();
    const parsed = JSON.parse(text);
    if (isSecond && (typeof parsed.data !== 'object' || parsed.data === null))
      return json(400, { errors: ['no data provided'] });
    // The text itself: numbers stay what they are.
    const values = isSecond ? /^\{\s*"data"\s*:\s*([^]*)\}\s*$/.exec(text)[1] : text;
    secrets.set(path, [...versions, values.trim()]);
    return isSecond ? json(200, { data: { version: versions.length + 1 } }) : { status: 204, body: '' };
  }

  const server = createServer((request, response) => {
    void buffer(request).then((body) => {
      const { method, headers } = request;
      const url = new URL(request.url, 'http://127.0.0.1');
      requests.push({ method, path: url.pathname, query: url.searchParams, headers, body });
      const answer =
        faults.status !== undefined
          ? json(faults.status, { errors: ['canary'] })
          : url.pathname.startsWith('/v1/')
            ? vault(method, url.pathname, headers, body)
            : /^(?:\/upload)?\/storage\/v1\//.test(url.pathname)
              ? gcs(method, url, headers, body)
              : s3(method, url.pathname, headers, body);
      const type = answer.type === undefined ? {} : { 'content-type': answer.type };
      response.writeHead(answer.status, { ...type, ...answer.headers }).end(answer.body);
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `127.0.0.1:${server.address().port}`;
  return {
    url: `http://${address}`,
    /** The environment in which publishers find the services, and may use them. */
    env: {
      AWS_ENDPOINT_URL: `http://${address}`,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: 'throw-away',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_MAX_ATTEMPTS: '1',
      STORAGE_EMULATOR_HOST: address,
      VAULT_ADDR: `http://${address}`,
      VAULT_TOKEN: 'publisher',
    },
    /** Content by `s3://bucket/key` or `gcs://bucket/key`. */
    objects,
    /** The versions of a secret by its path, as the texts that were written. */
    secrets,
    /** What arrived, in order. */
    requests,
    /** `status` is the answer to all further requests. */
    faults,
    reset: () => {
      objects.clear();
      secrets.clear();
      requests.length = 0;
      faults.status = undefined;
    },
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(resolve);
      }),
  };
}

module.exports = { startPublishServer };
