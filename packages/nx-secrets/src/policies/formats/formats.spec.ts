import { runInNewContext } from 'node:vm';
import { parse as parseHcl } from '@cdktf/hcl2json';
import { ModuleKind, transpileModule } from 'typescript';
import { parse as parseYaml } from 'yaml';
import { namedPolicy, policyKinds, type NamedPolicy } from '../named-policy';
import { namedRoles } from '../named-role';
import { byPlace } from '../places';
import { plannedPolicies } from '../planned-policies';
import { everyPrincipal, role, subjectOf } from '../subject.test-kit';
import { formats } from './format';
import { hcl } from './hcl';

const subjects = [
  subjectOf({ principals: everyPrincipal, keyRotationDays: 90 }),
  subjectOf({ principals: everyPrincipal, replicaRegions: ['eu-central-1'] }, { stage: 'prod' }),
  subjectOf({ principals: everyPrincipal }, { service: '2nd_service' }),
  subjectOf({ principals: everyPrincipal }, { service: '2nd-service' }),
];
const policies = subjects.flatMap((subject) => policyKinds.map((kind) => namedPolicy(kind, subject)));
const documents = new Map(policies.map(({ name, document }) => [name, document]));
const byId = (form: (name: string) => string) =>
  Object.fromEntries(
    policies.slice(0, policyKinds.length).map(({ name, document }) => [form(name), document]),
  );

const underscored = (name: string) => name.replaceAll('-', '_');
const pascal = (name: string) => name.replaceAll(/(?:^|-)(.)/g, (_, first: string) => first.toUpperCase());

test('JSON: one policy is the document, several are an object by name', () => {
  expect(JSON.parse(formats.json(policies.slice(0, 1)))).toEqual(policies[0]?.document);
  expect(JSON.parse(formats.json(policies))).toEqual(Object.fromEntries(documents));
});

describe('Terraform', () => {
  type Blocks = Record<string, Record<string, [Record<string, unknown>]>>;
  const parsed = async (some: readonly NamedPolicy[] = policies) =>
    (await parseHcl('secrets.tf', formats.terraform(some))) as { resource: Blocks; data: Blocks };
  /** What hcl2json leaves of `jsonencode({…})`: the expression. Its object, in HCL's own words, is parsed once more. */
  const encoded = async (attribute: unknown) => {
    const [, object] = /^\$\{jsonencode\(([\s\S]*)\)\}$/.exec(attribute as string) ?? [];
    return ((await parseHcl('policy.tf', `policy = ${object}`)) as { policy: unknown }).policy;
  };

  test('texts with control characters, backslashes and templates are read back as they were', async () => {
    const texts = ['\b\f\n\t', '\\b \\\\f', '"\\"'];
    expect(await parseHcl('a.tf', `texts = ${hcl(texts)}`)).toEqual({ texts });
  });

  test('roles whose names differ in punctuation only have attachments of their own', () => {
    const runtime = ['app.dev', 'app-dev', 'app_dev'].map((name) => role(name));
    const subject = subjectOf({ principals: { runtime }, trust: { runtime: 'lambda' } });
    const text = formats.terraform([namedPolicy('runtime', subject)], namedRoles([subject]));
    const ids = [...text.matchAll(/"aws_iam_role_policy_attachment" "([^"]+)"/g)].map(([, id]) => id);
    expect(ids).toHaveLength(3);
    expect(new Set(ids).size).toBe(3);
  });

  test('has the documents of the JSON', async () => {
    const { resource } = await parsed();
    const found: [string, unknown][] = [];
    for (const type of ['aws_iam_policy', 'aws_kms_key', 'aws_secretsmanager_secret_policy']) {
      for (const [id, [attributes]] of Object.entries(resource[type]!)) {
        found.push([id, await encoded(attributes['policy'])]);
      }
    }
    expect(found).toHaveLength(policies.length);
    expect(Object.fromEntries(found)).toMatchObject(byId(underscored));
  });

  test('keys rotate, secret policies block public access', async () => {
    const { resource, data } = await parsed();
    expect(resource['aws_kms_key']!['user_service_dev_key']).toMatchObject([
      {
        enable_key_rotation: true,
        rotation_period_in_days: 90,
        multi_region: false,
        tags: { 'managed-by': 'nx-secrets', service: 'user-service', stage: 'dev' },
      },
    ]);
    expect(resource['aws_kms_key']!['user_service_prod_key']).toMatchObject([{ multi_region: true }]);
    expect(resource['aws_kms_alias']!['user_service_dev_key']).toEqual([
      { name: 'alias/user-service-dev', target_key_id: '${aws_kms_key.user_service_dev_key.key_id}' },
    ]);
    expect(resource['aws_secretsmanager_secret_policy']!['user_service_dev_secret']).toMatchObject([
      {
        block_public_policy: true,
        secret_arn: '${data.aws_secretsmanager_secret.user_service_dev_secret.arn}',
      },
    ]);
    expect(data['aws_secretsmanager_secret']!['user_service_dev_secret']).toEqual([
      { name: '/services/user-service/dev' },
    ]);
  });

  test.each(['${aws:username}', '%{ if x }', 'a $${b}', 'quote " and \\ and \n', '$', '%', '${', 'ü\u2028'])(
    'keeps the text %j',
    async (text) => {
      const { value } = (await parseHcl('a.tf', `value = ${hcl({ text })}`)) as { value: { text: string } };
      // hcl2json writes a text that would be a template the way HCL does.
      expect(value.text).toBe(text.replaceAll(/[$%](?=\{)/g, '$&$&'));
    },
  );
});

describe('CloudFormation', () => {
  type Template = { Resources: Record<string, { Type: string; Properties: Record<string, unknown> }> };
  const { Resources } = parseYaml(formats.cloudformation(policies), { version: '1.1' }) as Template;

  test('has the documents of the JSON, read as YAML 1.1, too', () => {
    const found = Object.entries(Resources).flatMap(([id, { Properties }]) => {
      const document =
        Properties['PolicyDocument'] ?? Properties['KeyPolicy'] ?? Properties['ResourcePolicy'];
      return document === undefined ? [] : [[id, document] as const];
    });
    expect(found).toHaveLength(policies.length);
    expect(Object.fromEntries(found)).toMatchObject(byId(pascal));
  });

  test('keys rotate and stay, secret policies block public access', () => {
    expect(Resources['UserServiceDevKey']).toMatchObject({
      Type: 'AWS::KMS::Key',
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        EnableKeyRotation: true,
        RotationPeriodInDays: 90,
        Tags: [
          { Key: 'managed-by', Value: 'nx-secrets' },
          { Key: 'service', Value: 'user-service' },
          { Key: 'stage', Value: 'dev' },
        ],
      },
    });
    expect(Resources['UserServiceDevKeyAlias']?.Properties).toEqual({
      AliasName: 'alias/user-service-dev',
      TargetKeyId: { Ref: 'UserServiceDevKey' },
    });
    expect(Resources['UserServiceDevSecret']).toMatchObject({
      Type: 'AWS::SecretsManager::ResourcePolicy',
      Properties: { SecretId: '/services/user-service/dev', BlockPublicPolicy: true },
    });
  });
});

describe('CDK', () => {
  /** Runs the construct with classes that write down what they are given. */
  function made(some: readonly NamedPolicy[]) {
    const { outputText } = transpileModule(formats.cdk(some), {
      compilerOptions: { module: ModuleKind.CommonJS },
      reportDiagnostics: true,
    });
    const seen = new Map<string, { type: string; props: Record<string, unknown> }>();
    const recorder = (namespace: string) =>
      new Proxy(
        {},
        {
          get: (_, name: string) =>
            class {
              constructor(_scope: unknown, id: string, props: Record<string, unknown>) {
                seen.set(id, { type: `${namespace}.${name}`, props });
              }
              ref = 'ref';
              applyRemovalPolicy = () => undefined;
            },
        },
      );
    const library = {
      aws_iam: recorder('aws_iam'),
      aws_kms: recorder('aws_kms'),
      aws_secretsmanager: recorder('aws_secretsmanager'),
      RemovalPolicy: {},
      Construct: class {},
    };
    const exported: { SecretsPolicies?: new () => unknown } = {};
    runInNewContext(outputText, { require: () => library, exports: exported });
    new exported.SecretsPolicies!();
    return seen;
  }

  test('has the documents of the JSON', () => {
    const found = [...made(policies)].flatMap(([id, { props }]) => {
      const document = props['policyDocument'] ?? props['keyPolicy'] ?? props['resourcePolicy'];
      return document === undefined ? [] : [[id, document] as const];
    });
    expect(found).toHaveLength(policies.length);
    expect(Object.fromEntries(found)).toMatchObject(byId(pascal));
  });

  test('makes the resources of the template', () => {
    expect(made(policies).get('UserServiceDevSecret')).toMatchObject({
      type: 'aws_secretsmanager.CfnResourcePolicy',
      props: { secretId: '/services/user-service/dev', blockPublicPolicy: true },
    });
    expect(made(policies).get('UserServiceDevKey')).toMatchObject({
      type: 'aws_kms.CfnKey',
      props: { tags: [{ key: 'managed-by', value: 'nx-secrets' }, {}, {}] },
    });
  });
});

describe('replicas of keys and roles', () => {
  const subject = subjectOf(
    {
      roleArn: role('pipeline'),
      principals: { ...everyPrincipal, sync: role('pipeline'), decrypt: [role('elsewhere')] },
      replicaRegions: ['eu-central-1'],
      trust: { sync: { github: 'acme/shop', branch: 'main' }, runtime: 'lambda' },
    },
    { stage: 'prod' },
  );
  const roles = namedRoles([subject]);
  const planned = plannedPolicies(['sync', 'runtime', 'developer', 'key'], [subject]);
  const [here, there] = byPlace(planned, roles);

  test('a place for each region, with the replica in its own', () => {
    expect([here, there].map((place) => place?.policies.map(({ name }) => name))).toEqual([
      [
        'user-service-prod-sync',
        'user-service-prod-runtime',
        'user-service-prod-developer',
        'user-service-prod-key',
      ],
      ['user-service-prod-key'],
    ]);
    expect([here?.roles.length, there?.roles.length]).toEqual([2, 0]);
  });

  test('CloudFormation', () => {
    const read = (place: typeof here) =>
      parseYaml(formats.cloudformation(place?.policies ?? [], place?.roles)) as Record<string, object>;
    expect(read(here)).toMatchObject({
      Resources: {
        PipelineRole: {
          Type: 'AWS::IAM::Role',
          Properties: { RoleName: 'pipeline', Path: '/', AssumeRolePolicyDocument: roles[0]?.trust },
        },
        UserServiceProdSync: { Properties: { Roles: [{ Ref: 'PipelineRole' }] } },
        UserServiceProdDeveloper: { Properties: { Roles: ['developer', 'elsewhere'] } },
        UserServiceProdKey: { Type: 'AWS::KMS::Key' },
      },
    });
    expect(read(there)).toMatchObject({
      Parameters: { UserServiceProdKeyPrimaryArn: { Type: 'String' } },
      Resources: {
        UserServiceProdKey: {
          Type: 'AWS::KMS::ReplicaKey',
          DeletionPolicy: 'Retain',
          Properties: { PrimaryKeyArn: { Ref: 'UserServiceProdKeyPrimaryArn' } },
        },
        UserServiceProdKeyAlias: { Properties: { TargetKeyId: { Ref: 'UserServiceProdKey' } } },
      },
    });
  });

  test('Terraform', async () => {
    const read = async (place: typeof here) =>
      parseHcl('a.tf', formats.terraform(place?.policies ?? [], place?.roles));
    expect(await read(here)).toMatchObject({
      resource: {
        aws_iam_role: { pipeline_role: [{ name: 'pipeline' }] },
        aws_iam_role_policy_attachment: {
          user_service_prod_sync_pipeline: [
            {
              role: '${aws_iam_role.pipeline_role.name}',
              policy_arn: '${aws_iam_policy.user_service_prod_sync.arn}',
            },
          ],
          user_service_prod_developer_elsewhere: [{ role: 'elsewhere' }],
        },
      },
    });
    expect(await read(there)).toMatchObject({
      variable: { user_service_prod_key_primary_arn: [{ type: '${string}' }] },
      resource: {
        aws_kms_replica_key: {
          user_service_prod_key: [{ primary_key_arn: '${var.user_service_prod_key_primary_arn}' }],
        },
        aws_kms_alias: {
          user_service_prod_key: [{ target_key_id: '${aws_kms_replica_key.user_service_prod_key.key_id}' }],
        },
      },
    });
  });

  test('CDK', () => {
    const [of, replica] = [here, there].map((place) => formats.cdk(place?.policies ?? [], place?.roles));
    expect(of).toContain('const pipelineRole = new aws_iam.CfnRole(');
    expect(of).toContain('roles: [pipelineRole.ref]');
    expect(replica).toContain('readonly userServiceProdKeyPrimaryArn: string;');
    expect(replica).toContain('primaryKeyArn: props.userServiceProdKeyPrimaryArn,');
  });

  test('without roles nothing is attached', () => {
    expect(formats.cloudformation(planned)).not.toContain('Roles:');
    expect(formats.terraform(planned)).not.toContain('attachment');
  });

  test('JSON has the trust policies by role', () => {
    expect(JSON.parse(formats.json([], roles))).toEqual({
      'pipeline-trust': roles[0]?.trust,
      'user-service-prod-trust': roles[1]?.trust,
    });
  });
});
