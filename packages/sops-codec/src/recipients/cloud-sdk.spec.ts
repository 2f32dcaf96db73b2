import { SopsError } from '../model/sops-error';
import { cloudError, withoutMessage } from './cloud-sdk';

const failed = (fields: object) => Object.assign(new Error('canary'), fields);

test.each<[string, object, string, string]>([
  ['an HTTP status', { name: 'RestError', statusCode: 403 }, 'accessDenied', 'RestError'],
  ['a gRPC status', { code: 5 }, 'keyNotFound', 'Error 5'],
  ['a system error', { code: 'ECONNREFUSED' }, 'recipientUnreachable', 'Error ECONNREFUSED'],
  ['the status before the code', { statusCode: 429, code: 'Throttled' }, 'throttled', 'Error Throttled'],
  ['a name', { name: 'CredentialUnavailableError' }, 'badCredentials', 'CredentialUnavailableError'],
  ['something else', { name: '', code: {} }, 'recipientFailed', 'no reason given'],
])('%s gives the code, and never the message', (_, fields, code, shown) => {
  const error = cloudError('GCP KMS', failed(fields), 'a key', 'Try again.');
  expect(error).toMatchObject({ code, what: `GCP KMS failed: ${shown}`, where: 'a key', fix: 'Try again.' });
  expect(JSON.stringify(error) + String(error.cause)).not.toContain('canary');
});

test('what remains of an error: name, codes and status, as far as they are ones', () => {
  expect(withoutMessage(failed({ code: 7, statusCode: 403 }))).toMatchObject({
    message: '',
    code: 7,
    statusCode: 403,
  });
  expect(withoutMessage(failed({ name: 'X', code: 'EPIPE' }))).toMatchObject({ name: 'X', code: 'EPIPE' });
  const nothing = withoutMessage(failed({ code: { secret: 'canary' }, statusCode: 'canary' }));
  expect([nothing.message, Object.keys(nothing)]).toEqual(['', ['name']]);
  expect(withoutMessage(undefined).message).toBe('');
});

test('an error of this package stays as it is', () => {
  const error = new SopsError('noIdentity', { what: 'none' });
  expect(cloudError('GCP KMS', error, 'a key', '')).toBe(error);
});
