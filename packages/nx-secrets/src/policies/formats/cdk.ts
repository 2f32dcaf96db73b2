import type { NamedPolicy } from '../named-policy';
import { resourcesOf, type Property, type Resource } from './resources';

/**
 * A CDK construct in TypeScript. It makes the resources of the CloudFormation template as they are, so that no default
 * of the CDK comes into a policy.
 */
export function cdk(policies: readonly NamedPolicy[]): string {
  const resources = resourcesOf(policies);
  const namespaces = resources.map(({ type }) => classOf(type).namespace);
  const imports = [...(resources.some(({ retain }) => retain) ? ['RemovalPolicy'] : []), ...namespaces];
  return `import { ${[...new Set(imports)].sort().join(', ')} } from 'aws-cdk-lib';
import { Construct } from 'constructs';

/** Written by nx-secrets from the principals in nx.json: write it anew rather than edit it. */
export class SecretsPolicies extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);

${resources.map(statements).join('\n\n')}
  }
}
`;
}

/** Makes one resource. */
function statements({ id, type, properties, retain }: Resource): string {
  const { namespace, name } = classOf(type);
  const props = Object.entries(properties).map(
    ([property, value]) => `      ${lowerFirst(property)}: ${expression(value)},`,
  );
  const made = `new ${namespace}.${name}(this, ${literal(id)}, {\n${props.join('\n')}\n    })`;
  return `    ${retain ? `const ${lowerFirst(id)} = ` : ''}${made};${
    retain ? `\n    ${lowerFirst(id)}.applyRemovalPolicy(RemovalPolicy.RETAIN);` : ''
  }`;
}

function expression(value: Property): string {
  if (typeof value !== 'object') return literal(value);
  if ('ref' in value) return `${lowerFirst(value.ref)}.ref`;
  if ('tags' in value) return literal(Object.entries(value.tags).map(([key, tag]) => ({ key, value: tag })));
  return literal(value);
}

/** JSON is TypeScript since ES2019, any line end in a string included; further lines are indented to their place. */
const literal = (value: unknown) => JSON.stringify(value, null, 2).replaceAll('\n', '\n      ');

const namespaceOf: Readonly<Record<string, string>> = {
  IAM: 'aws_iam',
  KMS: 'aws_kms',
  SecretsManager: 'aws_secretsmanager',
};

/** `AWS::IAM::ManagedPolicy` is `aws_iam.CfnManagedPolicy`. */
function classOf(type: string): { readonly namespace: string; readonly name: string } {
  const [, service = '', resource = ''] = type.split('::');
  return { namespace: namespaceOf[service] ?? '', name: `Cfn${resource}` };
}

const lowerFirst = (name: string) => name.charAt(0).toLowerCase() + name.slice(1);
