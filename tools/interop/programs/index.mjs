import { actionlint } from './actionlint.mjs';
import { bundlers } from './bundlers.mjs';
import { cdk } from './cdk.mjs';
import { chromium } from './chromium.mjs';
import { gpg } from './gpg.mjs';
import { nxConsole } from './nx-console.mjs';
import { olderAwsSdk } from './older-aws-sdk.mjs';
import { packageManagers, verdaccio } from '../../registry/programs.mjs';
import { python } from './python.mjs';
import { sops } from './sops.mjs';

/** Every program that the interop and e2e suites run and that nobody here wrote. */
export const programs = [
  sops,
  python,
  gpg,
  cdk,
  actionlint,
  bundlers,
  olderAwsSdk,
  chromium,
  nxConsole,
  verdaccio,
  packageManagers,
];
