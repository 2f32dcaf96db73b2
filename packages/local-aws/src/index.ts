export type { LocalAws, LocalAwsOptions } from './local-aws';
export { startLocalAws } from './start';
export type { IamInput } from './iam/iam-input';
export type { Fault, FaultKind } from './server/faults';
export { IamError } from './iam/iam-error';
export type { RateLimit } from './server/rate-limits';
export { DataFileError } from './persistence/data-file-error';
