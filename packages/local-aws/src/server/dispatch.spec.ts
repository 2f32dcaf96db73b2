import { createAccountStore } from '../store/account-store';
import { jsonProtocol } from './answer';
import { dispatch } from './dispatch';
import type { Service } from './service-request';

const setting = {
  accounts: createAccountStore(),
  defaultAccount: '123456789012',
  directory: () => undefined,
  now: () => 0,
};
const headers = {
  'x-amz-date': '20261124T120000Z',
  authorization:
    'AWS4-HMAC-SHA256 Credential=local/20261124/eu-west-1/kms/aws4_request, SignedHeaders=host, ' +
    `Signature=${'0'.repeat(64)}`,
};

function answerOf(run: () => object) {
  const service: Service = {
    name: 'kms',
    operations: { Run: Object.assign(run, { members: [] }) },
    protocol: jsonProtocol,
    internalError: 'KMSInternalException',
  };
  const request = { method: 'POST', target: '/', headers, body: Buffer.from('{}') };
  return dispatch(setting, { service, operation: 'Run', input: () => ({}) }, request);
}

describe('dispatch', () => {
  it('answers what the operation gives', () => {
    expect(answerOf(() => ({ Key: 1 }))).toMatchObject({ status: 200, body: '{"Key":1}' });
  });

  it("answers a failure of its own with the service's internal error and warns about it", () => {
    const warned = jest.spyOn(process, 'emitWarning').mockReturnValue();
    const answer = answerOf(() => {
      throw new Error('a mistake');
    });
    expect(answer.status).toBe(500);
    expect(answer.body).toBe('{"__type":"KMSInternalException","Message":"Internal failure"}');
    expect(warned).toHaveBeenCalledWith('kms:Run failed inside local-aws: a mistake');
    warned.mockRestore();
  });
});
