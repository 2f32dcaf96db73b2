import { stringify } from 'yaml';
import type { NamedPolicy } from '../named-policy';
import type { NamedRole } from '../named-role';
import { parametersOf, resourcesOf, type Property, type Resource } from './resources';

/** A CloudFormation template, which SAM takes as it is. Texts are quoted: a plain 2012-10-17 would be read as a date. */
export function cloudformation(policies: readonly NamedPolicy[], roles: readonly NamedRole[] = []): string {
  const resources = resourcesOf(policies, roles);
  const parameters = parametersOf(resources).map((name) => [
    name,
    { Type: 'String', Description: "ARN of the multi-Region key in the stage's region" },
  ]);
  return stringify(
    {
      AWSTemplateFormatVersion: '2010-09-09',
      ...(parameters.length === 0 ? {} : { Parameters: Object.fromEntries(parameters) as unknown }),
      Resources: Object.fromEntries(resources.map((resource) => [resource.id, entry(resource)])),
    },
    {
      lineWidth: 0,
      defaultStringType: 'QUOTE_SINGLE',
      defaultKeyType: 'PLAIN',
      aliasDuplicateObjects: false,
    },
  );
}

const entry = ({ type, properties, retain }: Resource) => ({
  Type: type,
  ...(retain ? { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' } : {}),
  Properties: Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, property(value)])),
});

function property(value: Property): unknown {
  if (typeof value !== 'object') return value;
  if ('ref' in value) return { Ref: value.ref };
  if ('parameter' in value) return { Ref: value.parameter };
  if ('list' in value) return value.list.map(property);
  if ('tags' in value) return Object.entries(value.tags).map(([Key, Value]) => ({ Key, Value }));
  return value;
}
