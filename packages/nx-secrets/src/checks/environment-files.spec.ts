import type { CheckException } from '../config/check-exceptions';
import { environmentProblems, isEnvironmentFile } from './environment-files';
import { exceptionsFor } from './exceptions';

const found = (text: string | undefined, exceptions: readonly CheckException[] = []) =>
  environmentProblems([{ path: 'services/a/.env', text }], exceptionsFor(exceptions));
const namesIn = (text: string) => found(text).map(({ what }) => what.split(/ decides? /)[0]);

test.each([
  'AWS_ENDPOINT_URL',
  'AWS_ENDPOINT_URL_SECRETS_MANAGER',
  'AWS_ENDPOINT_URL_SSO',
  'AWS_EC2_METADATA_SERVICE_ENDPOINT',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  'AWS_CA_BUNDLE',
  'AWS_PROFILE',
  'AWS_DEFAULT_PROFILE',
  'AWS_CONFIG_FILE',
  'AWS_SHARED_CREDENTIALS_FILE',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_ROLE_ARN',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'NODE_OPTIONS',
  'NODE_PATH',
  'NODE_EXTRA_CA_CERTS',
  'NODE_TLS_REJECT_UNAUTHORIZED',
  'HTTPS_PROXY',
  'https_proxy',
  'LD_PRELOAD',
  'PATH',
  'Path',
  'SOPS_AGE_KEY_CMD',
  'SOPS_AGE_KEY',
  'SOPS_GPG_EXEC',
  'SOPS_KMS_ARN',
  'SOPS_EDITOR',
  'EDITOR',
  'VAULT_ADDR',
  'VAULT_TOKEN',
  'GIT_SSH_COMMAND',
  'GIT_CONFIG_COUNT',
  'GIT_DIR',
  'GNUPGHOME',
  'AZURE_CLIENT_SECRET',
  'GOOGLE_APPLICATION_CREDENTIALS',
  'npm_config_script_shell',
  'HOME',
  'NX_SECRETS_CACHE_DAY',
  'CI',
])('%s', (name) => {
  expect(namesIn(`A=1\n${name}=hunter2\n`)).toEqual([name]);
  expect(JSON.stringify(found(`${name}=hunter2`))).not.toContain('hunter2');
});

test.each([
  'AWS_REGION',
  'AWS_DEFAULT_REGION',
  'AWS_MAX_ATTEMPTS',
  'AWS_LAMBDA_FUNCTION_NAME',
  'MY_AWS_PROFILE',
  'NODE_ENV',
  'NX_DAEMON',
  'GIT_AUTHOR_NAME',
  'PORT',
  'PATHS',
  'LOG_LEVEL',
])('%s is harmless', (name) => expect(found(`${name}=x\n`)).toEqual([]));

test.each<[string, string]>([
  ['exported', 'export AWS_PROFILE=x'],
  ['in quotes', "AWS_PROFILE='x'"],
  ['with a colon', 'AWS_PROFILE: x'],
  ['indented', '  \t AWS_PROFILE = x'],
  ['over several lines', 'export\n\nAWS_PROFILE\n\n=\n"x"'],
  ['with other line breaks', 'A=1\r\nAWS_PROFILE=x\rB=2'],
  ['with a byte order mark', '\uFEFFAWS_PROFILE=x'],
  ['a reference', 'AWS_PROFILE=${X}'],
  ['after text that means nothing', 'hello\n\0\nAWS_PROFILE=x'],
])('as dotenv reads it: %s', (_, text) => expect(namesIn(text)).toEqual(['AWS_PROFILE']));

test.each<[string, string]>([
  ['a comment', '# AWS_PROFILE=x'],
  ['nothing', 'AWS_PROFILE=\nOTHER=1'],
  ['nothing in quotes', 'AWS_PROFILE="" # unset'],
  ['a comment for a value', 'AWS_PROFILE= # mine'],
  ['a name in a value', 'A=AWS_PROFILE=x'],
])('%s is fine', (_, text) => expect(found(text)).toEqual([]));

test('several are reported together, and may be excepted', () => {
  const text = 'NODE_OPTIONS=x\nAWS_PROFILE=x\n';
  expect(namesIn(text)).toEqual(['AWS_PROFILE, NODE_OPTIONS']);
  expect(found(text, [{ pattern: '**/.env', names: ['AWS_PROFILE'] }])).toMatchObject([
    { what: expect.stringMatching(/^NODE_OPTIONS decides/) },
  ]);
  expect(found(text, [{ pattern: 'services/a/.env' }])).toEqual([]);
});

test('what is too large to be read', () => expect(found(undefined)).toHaveLength(1));

test('long lines are read in no time', () => {
  expect(found(`${'A'.repeat(300_000)}\n${' '.repeat(300_000)}=\n${'\n'.repeat(300_000)}x`)).toEqual([]);
});

test.each<[string, boolean]>([
  ['.env', true],
  ['.env.local', true],
  ['.local.env', true],
  ['.env.sync-secrets', true],
  ['.sync-secrets.prod.env', true],
  ['.env.sync-secrets.prod.local', true],
  ['.env.example', false],
  ['prod.env', false],
  ['.envrc', false],
])('Nx loads %s: %s', (name, loaded) => expect(isEnvironmentFile(name)).toBe(loaded));
