import type { NamedPolicy } from '../named-policy';
import type { NamedRole } from '../named-role';
import { cdk } from './cdk';
import { cloudformation } from './cloudformation';
import { json } from './json';
import { terraform } from './terraform';

/** The languages that policies are written in. */
export type PolicyFormat = 'json' | 'terraform' | 'cloudformation' | 'cdk';

/** Writes policies, and roles that they are attached to, as a whole file. */
type Write = (policies: readonly NamedPolicy[], roles?: readonly NamedRole[]) => string;

/** Each format has the same documents in it. */
export const formats: Readonly<Record<PolicyFormat, Write>> = {
  json,
  terraform,
  cloudformation,
  cdk,
};

/** The name of a file in each format, where the folder says the rest. */
export const fileNames: Readonly<Record<PolicyFormat, string>> = {
  json: 'secrets.json',
  terraform: 'secrets.tf',
  cloudformation: 'secrets.yaml',
  cdk: 'secrets-policies.ts',
};
