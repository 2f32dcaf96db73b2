export { type LocalAws, type LocalAwsOptions, startLocalAws } from './start';
export type { Fault, FaultKind } from './server/faults';
export { DataFileError } from './world/data-file';
