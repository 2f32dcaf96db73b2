/**
 * The region that the environment names: `AWS_REGION`, else `AWS_DEFAULT_REGION`, as the AWS CLI takes them. The SDK for
 * JavaScript reads the first one alone. Source: AWS CLI user guide, "Environment variables".
 *
 * @returns undefined where neither names one: then the profile in use may
 */
export const regionOfEnvironment = (): string | undefined =>
  process.env['AWS_REGION'] || process.env['AWS_DEFAULT_REGION'] || undefined;
