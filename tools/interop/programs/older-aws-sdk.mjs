import { npmPackages } from './npm-packages.mjs';

/** The oldest client of KMS that sops-codec takes: its commands know no schemas. */
export const olderAwsSdk = npmPackages('older-aws-sdk', { '@aws-sdk/client-kms': '3.600.0' });
