import { stringify } from 'yaml';
import type { NamedPolicy } from '../named-policy';
import { resourcesOf, type Property, type Resource } from './resources';

/** A CloudFormation template, which SAM takes as it is. Texts are quoted: a plain 2012-10-17 would be read as a date. */
export const cloudformation = (policies: readonly NamedPolicy[]): string =>
  stringify(
    {
      AWSTemplateFormatVersion: '2010-09-09',
      Resources: Object.fromEntries(resourcesOf(policies).map((resource) => [resource.id, entry(resource)])),
    },
    {
      lineWidth: 0,
      defaultStringType: 'QUOTE_SINGLE',
      defaultKeyType: 'PLAIN',
      aliasDuplicateObjects: false,
    },
  );

const entry = ({ type, properties, retain }: Resource) => ({
  Type: type,
  ...(retain ? { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' } : {}),
  Properties: Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, property(value)])),
});

function property(value: Property): unknown {
  if (typeof value !== 'object') return value;
  if ('ref' in value) return { Ref: value.ref };
  if ('tags' in value) return Object.entries(value.tags).map(([Key, Value]) => ({ Key, Value }));
  return value;
}
