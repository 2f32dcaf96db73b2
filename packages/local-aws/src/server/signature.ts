import { AwsError } from '../protocol/aws-error';

/** Who signed a request and for what, from its Authorization header. */
export interface Credential {
  readonly accessKeyId: string;
  readonly region: string;
  readonly service: string;
}

/** A signature with what it was computed from, besides the request and the secret. */
export interface Signature extends Credential {
  /** `20261124`, from the scope. */
  readonly day: string;
  /** `20261124T120000Z`, from the X-Amz-Date header. */
  readonly time: string;
  readonly signedHeaders: readonly string[];
  /** 64 hexadecimal digits. */
  readonly proof: string;
}

export const algorithm = 'AWS4-HMAC-SHA256';
const scopeForm = /^([A-Za-z0-9_]{1,128})\/(\d{8})\/([a-z0-9-]{1,64})\/([a-z0-9-]{1,64})\/aws4_request$/;

/**
 * Reads a SigV4 Authorization header.
 * @throws AwsError MissingAuthenticationTokenException, IncompleteSignatureException
 */
export function readAuthorization(header: string | undefined, date: string | undefined): Signature {
  if (header === undefined) {
    throw new AwsError('MissingAuthenticationTokenException', 'Missing Authentication Token', 403);
  }
  const [scheme, rest] = splitOnce(header, ' ');
  if (scheme !== algorithm) throw incomplete(`Unsupported AWS 'algorithm': '${scheme}'`);
  const fields = new Map(rest.split(',').map((field) => splitOnce(field.trim(), '=')));
  for (const name of ['Credential', 'SignedHeaders', 'Signature']) {
    if ((fields.get(name) ?? '') === '') {
      throw incomplete(`Authorization header requires '${name}' parameter.`);
    }
  }
  const proof = fields.get('Signature') ?? '';
  if (!/^[0-9a-f]{64}$/.test(proof)) {
    throw incomplete('Signature must be 64 lower-case hexadecimal digits.');
  }
  if (date === undefined || !/^\d{8}T\d{6}Z$/.test(date)) {
    throw incomplete("Authorization header requires existence of a 'X-Amz-Date' header.");
  }
  const scope = scopeForm.exec(fields.get('Credential') ?? '');
  if (scope === null) {
    throw incomplete(
      'Credential must have exactly 5 slash-delimited elements: keyid/date/region/service/term.',
    );
  }
  const [, accessKeyId = '', day = '', region = '', service = ''] = scope;
  const signedHeaders = (fields.get('SignedHeaders') ?? '').split(';');
  return { accessKeyId, region, service, day, time: date, signedHeaders, proof };
}

function splitOnce(value: string, separator: string): [string, string] {
  const at = value.indexOf(separator);
  return at < 0 ? [value, ''] : [value.slice(0, at), value.slice(at + 1)];
}

function incomplete(message: string): AwsError {
  return new AwsError('IncompleteSignatureException', message);
}
