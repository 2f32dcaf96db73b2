import { throwProblem, type Problem } from '../problem';
import type { SdkClient } from './sdk-client';

/** What is used of `@aws-sdk/client-iam`, which is installed by those alone who want IAM policies to be read. */
export interface IamClient extends SdkClient {
  send(command: object): Promise<unknown>;
}

interface IamModule {
  readonly IAMClient: new (config: object) => IamClient;
  readonly GetAccountAuthorizationDetailsCommand: new (input: object) => object;
}

/** The package, by a name that TypeScript does not look up. */
const iamPackage: string = '@aws-sdk/client-iam';

/** @throws ProblemError where the package is not installed */
export const loadIam = (): Promise<IamModule> =>
  (import(iamPackage) as Promise<IamModule>).catch((error: unknown) =>
    isNotInstalled(error) ? throwProblem(notInstalled) : Promise.reject(error as Error),
  );

const isNotInstalled = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  ['MODULE_NOT_FOUND', 'ERR_MODULE_NOT_FOUND'].includes(String(error.code));

const notInstalled: Problem = {
  code: 'packageMissing',
  what: 'IAM is not read: the package @aws-sdk/client-iam is not installed',
  where: 'iam:GetAccountAuthorizationDetails',
  fix: `Install it, then run this again:\nnpm install --save-dev ${iamPackage}`,
};
