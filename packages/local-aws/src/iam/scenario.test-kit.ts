import fc from 'fast-check';
import { account, other } from './iam.test-kit';
import type { Principal } from './principal';
import type { ContextValue } from './request-context';

/** A request with everything that decides it, made so that policies often but not always fit. */
export interface Scenario {
  readonly service: 'kms' | 'secretsmanager' | 'sts';
  readonly principal: Extract<Principal, { readonly account: string }>;
  readonly request: { readonly action: string; readonly resource: string; readonly resourceAccount: string };
  readonly context: Readonly<Record<string, ContextValue>>;
  readonly identity: readonly object[];
  readonly boundary: object | undefined;
  readonly resourcePolicy: object | undefined;
}

const key = `arn:aws:kms:eu-west-1:${account}:key/11111111-2222-3333-4444-555555555555`;
const secret = `arn:aws:secretsmanager:eu-west-1:${account}:secret:/services/user/dev-AbCdEf`;
const role = `arn:aws:iam::${account}:role/user-dev`;
const services = {
  kms: {
    actions: ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:DescribeKey', 'kms:PutKeyPolicy'],
    patterns: ['kms:*', 'kms:De*', 'kms:decrypt', 'kms:Generate*Key', '*', 'kms:?ecrypt', 'secretsmanager:*'],
    resource: key,
    resources: [
      `arn:aws:kms:*:${account}:key/*`,
      `arn:aws:kms:eu-west-?:${account}:key/1*5`,
      `arn:aws:kms:eu-west-1:${other}:key/*`,
      `arn:aws:kms:*:*:alias/*`,
      'arn:*:kms:*:*:key/11111111-????-????-????-${aws:PrincipalTag/end}',
    ],
  },
  secretsmanager: {
    actions: ['GetSecretValue', 'DescribeSecret', 'PutSecretValue', 'DeleteSecret'].map(
      (item) => `secretsmanager:${item}`,
    ),
    patterns: ['secretsmanager:*', 'secretsmanager:Get*', 'secretsmanager:*Secret', '*', 'kms:*'],
    resource: secret,
    resources: [
      `arn:aws:secretsmanager:eu-west-1:${account}:secret:/services/user/dev-??????`,
      `arn:aws:secretsmanager:*:${account}:secret:/services/payment/*`,
      'arn:aws:secretsmanager:*:*:secret:/services/${aws:PrincipalTag/service}/*',
      "arn:aws:secretsmanager:*:*:secret:/services/${aws:PrincipalTag/service, 'user'}/dev-*",
      `arn:aws:secretsmanager:eu-west-1:${account}:secret:/services/user/dev`,
    ],
  },
  sts: {
    actions: ['sts:AssumeRole'],
    patterns: ['sts:*', 'sts:Assume*', '*', 'sts:TagSession'],
    resource: role,
    resources: [
      `arn:aws:iam::${account}:role/*`,
      `arn:aws:iam::*:role/user-dev`,
      `arn:aws:iam::${other}:role/*`,
      'arn:aws:iam::*:role/${aws:PrincipalTag/service}-dev',
    ],
  },
} as const;

const keys: Readonly<Record<string, readonly string[]>> = {
  'kms:ViaService': ['secretsmanager.eu-west-1.amazonaws.com', 'ssm.eu-west-1.amazonaws.com'],
  'kms:EncryptionContext:service': ['user', 'payment', 'User'],
  'kms:EncryptionContext:SecretARN': [secret],
  'secretsmanager:VersionStage': ['AWSCURRENT', 'AWSPREVIOUS'],
  'aws:PrincipalTag/service': ['user', 'payment'],
  'aws:PrincipalTag/end': ['555555555555'],
  'aws:PrincipalArn': [role, `arn:aws:iam::${account}:user/ci`, `arn:aws:iam::${other}:role/x`],
  'aws:SecureTransport': ['true', 'false'],
  'aws:ViaAWSService': ['true', 'false'],
  'kms:RotationPeriodInDays': ['90', '365', '1000'],
  'aws:CurrentTime': ['2026-01-01T00:00:00Z', '2026-06-01T12:30:00Z'],
  'aws:SourceIp': ['127.0.0.1', '10.1.2.3'],
};
const manyKeys: Readonly<Record<string, readonly string[]>> = {
  'kms:EncryptionContextKeys': ['service', 'stage', 'SecretARN'],
  'aws:TagKeys': ['service', 'stage', 'owner'],
};
const textOperators = [
  'StringEquals',
  'StringNotEquals',
  'StringLike',
  'StringNotLike',
  'StringEqualsIgnoreCase',
  'StringNotEqualsIgnoreCase',
];
const operatorsOf: Readonly<Record<string, readonly string[]>> = {
  'kms:EncryptionContext:SecretARN': ['ArnLike', 'ArnNotLike', 'StringLike'],
  'aws:PrincipalArn': [
    'ArnEquals',
    'ArnNotEquals',
    'ArnLike',
    'ArnNotLike',
    'StringEquals',
    'StringNotEquals',
  ],
  'aws:SecureTransport': ['Bool'],
  'aws:ViaAWSService': ['Bool'],
  'kms:RotationPeriodInDays': ['Equals', 'NotEquals', 'LessThan', 'LessThanEquals', 'GreaterThan'].map(
    (item) => `Numeric${item}`,
  ),
  'aws:CurrentTime': ['DateLessThan', 'DateGreaterThanEquals', 'DateEquals', 'DateNotEquals'],
  'aws:SourceIp': ['IpAddress', 'NotIpAddress'],
};
const patternsOf: Readonly<Record<string, readonly string[]>> = {
  'kms:EncryptionContext:service': ['${aws:PrincipalTag/service}', 'us*', '*', '?ser', '${*}'],
  'kms:EncryptionContext:SecretARN': [
    'arn:aws:secretsmanager:*:*:secret:/services/user/dev-??????',
    'arn:aws:secretsmanager:*:*:secret:/services/${aws:PrincipalTag/service}/*',
    'arn:aws:*',
  ],
  'kms:ViaService': ['secretsmanager.*.amazonaws.com', '*'],
  'aws:PrincipalArn': [
    `arn:aws:iam::${account}:role/*`,
    'arn:aws:iam::*:*/ci',
    `arn:aws:iam::*:role/user-???`,
  ],
  'aws:SourceIp': ['127.0.0.0/8', '10.0.0.0/9', '::1/128'],
  'kms:RotationPeriodInDays': ['100', '12.5'],
};

const some = <T>(values: readonly T[]) => fc.constantFrom(...values);
const oneOrMore = <T>(values: fc.Arbitrary<T>) =>
  fc.oneof(values, fc.array(values, { minLength: 1, maxLength: 3 }));

const condition: fc.Arbitrary<readonly [string, object]> = fc.oneof(
  some(Object.keys(keys)).chain((name) => {
    const operator = fc.tuple(some(operatorsOf[name] ?? textOperators), some(['', 'IfExists']));
    const values = oneOrMore(some([...(keys[name] ?? []), ...(patternsOf[name] ?? [])]));
    return fc.tuple(operator, values).map(([parts, value]) => [parts.join(''), { [name]: value }] as const);
  }),
  some(Object.keys(manyKeys)).chain((name) => {
    const operator = fc.tuple(some(['ForAllValues:', 'ForAnyValue:', '']), some(textOperators));
    return fc
      .tuple(operator, oneOrMore(some([...(manyKeys[name] ?? []), 's*'])))
      .map(([parts, value]) => [parts.join(''), { [name]: value }] as const);
  }),
  fc
    .tuple(some([...Object.keys(keys), ...Object.keys(manyKeys)]), some(['true', 'false']))
    .map(([name, value]) => ['Null', { [name]: value }] as const),
);
const conditions = fc.oneof(
  { weight: 2, arbitrary: fc.constant({}) },
  {
    weight: 3,
    arbitrary: fc
      .array(condition, { minLength: 1, maxLength: 2 })
      .map((all) => ({ Condition: Object.fromEntries(all) })),
  },
);
const effect = fc.oneof(
  { weight: 4, arbitrary: fc.constant('Allow') },
  { weight: 1, arbitrary: fc.constant('Deny') },
);
const principals = some([
  '*',
  { AWS: '*' },
  { AWS: account },
  { AWS: `arn:aws:iam::${account}:root` },
  { AWS: `arn:aws:iam::${other}:root` },
  { AWS: [role, `arn:aws:iam::${account}:user/ci`] },
  { AWS: `arn:aws:sts::${account}:assumed-role/user-dev/session` },
  { AWS: `arn:aws:iam::${other}:role/x` },
  { Service: 'lambda.amazonaws.com' },
  { Federated: `arn:aws:iam::${account}:oidc-provider/token.example`, AWS: role },
]);

function element<T>(name: string, values: fc.Arbitrary<T>, negated: number): fc.Arbitrary<object> {
  const named = oneOrMore(values);
  return fc.oneof(
    { weight: 9, arbitrary: named.map((value) => ({ [name]: value })) },
    { weight: negated, arbitrary: named.map((value) => ({ [`Not${name}`]: value })) },
  );
}

function policies(service: Scenario['service'], kind: 'identity' | 'resource'): fc.Arbitrary<object> {
  const { actions, patterns, resource, resources } = services[service];
  const parts: fc.Arbitrary<object>[] = [
    effect.map((Effect) => ({ Effect })),
    element('Action', some([...actions, ...patterns]), 1),
    conditions,
  ];
  if (kind === 'identity' || service !== 'sts') {
    parts.push(element('Resource', some([resource, '*', ...resources]), 1));
  }
  if (kind === 'resource') {
    parts.push(
      fc.oneof(
        { weight: 9, arbitrary: principals.map((Principal) => ({ Principal })) },
        { weight: 1, arbitrary: principals.map((NotPrincipal) => ({ NotPrincipal })) },
      ),
    );
  }
  const statement = fc.tuple(...parts).map((all) => Object.assign({}, ...all) as object);
  return fc
    .array(statement, { minLength: 1, maxLength: 3 })
    .map((Statement) => ({ Version: '2012-10-17', Statement }));
}

const callers: readonly Scenario['principal'][] = [
  { kind: 'user', account, arn: `arn:aws:iam::${account}:user/ci` },
  { kind: 'session', account, arn: `arn:aws:sts::${account}:assumed-role/user-dev/session`, roleArn: role },
  {
    kind: 'session',
    account: other,
    arn: `arn:aws:sts::${other}:assumed-role/x/session`,
    roleArn: `arn:aws:iam::${other}:role/x`,
  },
];

function context(): fc.Arbitrary<Scenario['context']> {
  const single = Object.entries(keys).map(([name, values]) =>
    fc.option(
      some(values).map((value) => [name, value] as const),
      { nil: undefined },
    ),
  );
  const many = Object.entries(manyKeys).map(([name, values]) =>
    fc.option(
      fc.subarray([...values], { minLength: 1 }).map((value) => [name, value] as const),
      {
        nil: undefined,
      },
    ),
  );
  return fc
    .tuple(...single, ...many)
    .map((all) => Object.fromEntries(all.filter((item) => item !== undefined)) as Scenario['context']);
}

/** A random request to a service, with random policies of all kinds. */
export function scenario(service: Scenario['service']): fc.Arbitrary<Scenario> {
  const { actions, resource } = services[service];
  return fc.record({
    service: fc.constant(service),
    principal: some(callers),
    request: some<string>(actions).map((action) => ({ action, resource, resourceAccount: account })),
    context: context(),
    identity: fc.array(policies(service, 'identity'), { maxLength: 2 }),
    boundary: fc.oneof(
      { weight: 4, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: policies(service, 'identity') },
    ),
    resourcePolicy:
      service === 'secretsmanager'
        ? fc.option(policies(service, 'resource'), { nil: undefined })
        : policies(service, 'resource'),
  });
}
