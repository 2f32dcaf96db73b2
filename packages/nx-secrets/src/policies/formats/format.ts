import type { NamedPolicy } from '../named-policy';
import { cdk } from './cdk';
import { cloudformation } from './cloudformation';
import { json } from './json';
import { terraform } from './terraform';

/** The languages that policies are written in. */
export type PolicyFormat = 'json' | 'terraform' | 'cloudformation' | 'cdk';

/** Writes policies as a whole file. Each format has the same documents in it. */
export const formats: Readonly<Record<PolicyFormat, (policies: readonly NamedPolicy[]) => string>> = {
  json,
  terraform,
  cloudformation,
  cdk,
};
