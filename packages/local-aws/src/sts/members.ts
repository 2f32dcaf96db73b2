import { type Reader, integer, text } from '../protocol/readers';

/** Members of STS requests, which arrive as form fields: every one of them text. */
export const roleArn = text({ min: 20, max: 2048 });
export const roleSessionName = text({ min: 2, max: 64, pattern: /^[\w+=,.@-]*$/ });
export const sessionPolicy = text({ min: 1, max: 2048 });
export const externalId = text({ min: 2, max: 1224, pattern: /^[\w+=,.@:/-]*$/ });
export const webIdentityToken = text({ min: 4, max: 20_000, sensitive: true });
export const durationSeconds: Reader<number> = (value, path) =>
  integer({ min: 900, max: 43_200 })(
    typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value,
    path,
  );
