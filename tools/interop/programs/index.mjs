import { actionlint } from './actionlint.mjs';
import { bundlers } from './bundlers.mjs';
import { cdk } from './cdk.mjs';
import { chromium } from './chromium.mjs';
import { gpg } from './gpg.mjs';
import { olderAwsSdk } from './older-aws-sdk.mjs';
import { python } from './python.mjs';
import { sops } from './sops.mjs';

/** Every program that the interop suites run and that nobody here wrote. */
export const programs = [sops, python, gpg, cdk, actionlint, bundlers, olderAwsSdk, chromium];
