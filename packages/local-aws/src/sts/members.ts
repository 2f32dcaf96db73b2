import { type Reader, integer, list, optional, structure, text } from '../protocol/readers';

/** Members of STS requests, which arrive as form fields: every one of them text, or a list or structure of texts. */
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
export const sourceIdentity = text({ min: 2, max: 64, pattern: /^(?!aws:)[\w+=,.@-]*$/i });
const tagKey = text({ min: 1, max: 128, pattern: /^[\p{L}\p{Z}\p{N}_.:/=+\-@]+$/u });
const tagValue = text({ max: 256, pattern: /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u });
export const tags = formList(structure({ Key: tagKey, Value: tagValue }), 50);
export const transitiveTagKeys = formList(tagKey, 50);
export const policyArns = formList(structure({ arn: optional(text({ min: 20, max: 2048 })) }), 10);
export const providedContexts = formList(
  structure({
    ProviderArn: optional(text({ min: 20, max: 2048 })),
    ContextAssertion: optional(text({ min: 4, max: 2048, sensitive: true })),
  }),
  5,
);
export const serialNumber = text({ min: 9, max: 256, pattern: /^[\w+=/:,.@-]*$/ });
export const tokenCode = text({ min: 6, max: 6, pattern: /^\d*$/, sensitive: true });
export const providerId = text({ min: 4, max: 2048 });
/** Of no consequence: how long a session token is at least. */
export const minimumSessionTokenSize = text();

/** A list in a form; one without members is an empty field. */
function formList<T>(member: Reader<T>, max: number): Reader<readonly T[]> {
  const read = list(member, { max });
  return (value, path) => (value === '' ? [] : read(value, path));
}
