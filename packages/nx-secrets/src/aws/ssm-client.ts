import type { Problem } from '../problem';
import { loadOptional } from './optional-package';
import type { SdkClient } from './sdk-client';

/** What is used of `@aws-sdk/client-ssm`, which is installed by those alone who import parameters. */
export interface SsmClient extends SdkClient {
  send(command: object): Promise<unknown>;
}

interface SsmModule {
  readonly SSMClient: new (config: object) => SsmClient;
  readonly GetParameterCommand: new (input: object) => object;
  readonly GetParametersByPathCommand: new (input: object) => object;
}

/** The package, by a name that TypeScript does not look up. */
const ssmPackage: string = '@aws-sdk/client-ssm';

/** @throws ProblemError where the package is not installed */
export const loadSsm = (): Promise<SsmModule> =>
  loadOptional(() => import(ssmPackage) as Promise<SsmModule>, notInstalled);

const notInstalled: Problem = {
  code: 'packageMissing',
  what: 'parameters cannot be read: the package @aws-sdk/client-ssm is not installed',
  where: '--from=ssm',
  fix: `Install it (6 MB; nothing else needs it), then run this again:\nnpm install --save-dev ${ssmPackage}`,
};
