import { awsProblem, missingRegion } from './aws-problem';

const before = { ...process.env };
afterEach(() => {
  process.env = { ...before };
});
const call = { action: 'kms:DescribeKey', resource: 'alias/a-dev', region: 'eu-west-1' };
const error = (name: string, message: string) => Object.assign(new Error(message), { name });

test.each([
  [{ AWS_ENDPOINT_URL: '', AWS_ENDPOINT_URL_KMS: '' }, 'the AWS endpoint of kms in eu-west-1'],
  [{ AWS_ENDPOINT_URL: 'http://127.0.0.1:9', AWS_ENDPOINT_URL_KMS: '' }, 'http://127.0.0.1:9'],
  [{ AWS_ENDPOINT_URL: 'http://127.0.0.1:9', AWS_ENDPOINT_URL_KMS: 'http://kms' }, 'http://kms'],
])('who does not answer, under %j', (variables, who) => {
  Object.assign(process.env, variables);
  const { what } = awsProblem(error('Error', 'connect ECONNREFUSED'), call);
  expect(what.startsWith(`${who} does not answer`)).toBe(true);
});

test.each([
  ['http://127.0.0.1:9', true],
  ['http://localhost:9', true],
  ['http://[::1]:9', true],
  ['https://127.0.0.1.example.org', false],
  ['', false],
])('%s does not answer: whether local-aws may be what has to be started: %s', (endpoint, local) => {
  Object.assign(process.env, { AWS_ENDPOINT_URL: endpoint, AWS_ENDPOINT_URL_KMS: '' });
  const { fix } = awsProblem(error('Error', 'connect ECONNREFUSED'), call);
  expect(fix.includes('\nnpx local-aws-secrets\n')).toBe(local);
});

test('a profile that is named is named in what it lacks', () => {
  delete process.env['AWS_PROFILE'];
  const credentials = () => awsProblem(error('CredentialsProviderError', 'none'), call).what;
  expect(credentials()).toMatch(/^AWS credentials are missing/);
  expect(missingRegion('x').what).toBe('no AWS region is set');
  process.env['AWS_PROFILE'] = 'nope';
  expect(credentials()).toMatch(/^AWS credentials of profile nope are missing/);
  expect(missingRegion('x').what).toContain('profile nope (AWS_PROFILE)');
});
