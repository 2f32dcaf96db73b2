/**
 * Keeps the AWS SDK from printing ten lines on the Node version in each process, in which what a run says drowns. Which
 * Node this plugin works with, its package.json says. Source: `emitWarningIfUnsupportedVersion` of @aws-sdk/core.
 */
export function silenceVersionWarning(): void {
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
}
