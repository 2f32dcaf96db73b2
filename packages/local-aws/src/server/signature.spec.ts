import { AwsError } from '../protocol/aws-error';
import { readAuthorization } from './signature';

const date = '20261124T120000Z';
const signature = 'a'.repeat(64);
const header = ({
  scheme = 'AWS4-HMAC-SHA256',
  credential = 'Credential=AKID/20261124/eu-west-1/kms/aws4_request',
  signed = 'SignedHeaders=host;x-amz-date',
  proof = `Signature=${signature}`,
} = {}): string => `${scheme} ${credential}, ${signed}, ${proof}`;

describe('readAuthorization', () => {
  it.each([header(), header().replaceAll(', ', ',')])('reads %s', (value) => {
    expect(readAuthorization(value, date)).toEqual({
      accessKeyId: 'AKID',
      region: 'eu-west-1',
      service: 'kms',
      day: '20261124',
      time: date,
      signedHeaders: ['host', 'x-amz-date'],
      proof: signature,
    });
  });

  it.each([
    [undefined, date, 'MissingAuthenticationTokenException'],
    ['', date, 'IncompleteSignatureException'],
    ['Bearer token', date, 'IncompleteSignatureException'],
    [header({ scheme: 'AWS4-ECDSA-P256-SHA256' }), date, 'IncompleteSignatureException'],
    [header({ credential: 'Credential=' }), date, 'IncompleteSignatureException'],
    [header({ credential: 'Credential=AKID/20261124/eu-west-1/kms' }), date, 'IncompleteSignatureException'],
    [
      header({ credential: 'Credential=AKID/today/eu-west-1/kms/aws4_request' }),
      date,
      'IncompleteSignatureException',
    ],
    [
      header({ credential: 'Credential=AKID/20261124/../kms/aws4_request' }),
      date,
      'IncompleteSignatureException',
    ],
    [header({ signed: 'Signed=host' }), date, 'IncompleteSignatureException'],
    [header({ proof: 'Signature=abc' }), date, 'IncompleteSignatureException'],
    [header(), undefined, 'IncompleteSignatureException'],
    [header(), 'yesterday', 'IncompleteSignatureException'],
  ])('refuses %j at %j', (value, when, code) => {
    let refused: unknown;
    try {
      readAuthorization(value, when);
    } catch (error) {
      refused = error;
    }
    expect(refused).toBeInstanceOf(AwsError);
    expect(refused).toMatchObject({ code });
  });
});
