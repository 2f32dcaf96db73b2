/** What a developer's shell may hold that would lead a program away from the endpoint it is meant to ask. */
const foreign = [
  'AWS_PROFILE',
  'AWS_DEFAULT_PROFILE',
  'AWS_SESSION_TOKEN',
  'AWS_ROLE_ARN',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_ENDPOINT_URL_KMS',
  'AWS_ENDPOINT_URL_SECRETS_MANAGER',
  'AWS_ENDPOINT_URL_STS',
  'AWS_CA_BUNDLE',
  'SOPS_KMS_ARN',
  'SOPS_AGE_KEY',
  'SOPS_AGE_KEY_FILE',
  'SOPS_AGE_RECIPIENTS',
];

export const region = 'eu-west-1';

/**
 * Environment in which any AWS client asks `endpoint`, whatever the machine is set up for. To be put on top of
 * `process.env`: variables that must not be there are undefined.
 *
 * @param {string} endpoint
 * @param {string} folder an empty folder, in place of the user's `~/.aws`
 */
export function awsEnvironment(endpoint, folder) {
  return {
    ...Object.fromEntries(foreign.map((name) => [name, undefined])),
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: `${folder}/config`,
    AWS_SHARED_CREDENTIALS_FILE: `${folder}/credentials`,
    AWS_PAGER: '',
    NO_PROXY: '127.0.0.1,localhost',
  };
}
