import { npmPackages } from './npm-packages.mjs';

/** The AWS CDK's library. */
export const cdk = npmPackages('cdk', { 'aws-cdk-lib': '2.276.0', constructs: '10.8.1' });
