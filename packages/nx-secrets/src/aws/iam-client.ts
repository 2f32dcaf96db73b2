import type { Problem } from '../problem';
import { loadOptional } from './optional-package';
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
  loadOptional(() => import(iamPackage) as Promise<IamModule>, notInstalled);

const notInstalled: Problem = {
  code: 'packageMissing',
  what: 'IAM is not read: the package @aws-sdk/client-iam is not installed',
  where: 'iam:GetAccountAuthorizationDetails',
  fix: `Install it, then run this again:\nnpm install --save-dev ${iamPackage}`,
};
