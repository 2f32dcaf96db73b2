import { partitionOf } from '../../config/partition';

/** What is read, by whom it may be read. */
export interface PolicyScope {
  readonly from: 'aws' | 'ssm';
  readonly region: string;
  readonly accountId: string;
  /** What the names begin with. */
  readonly prefix: string;
  /** One secret or parameter, whose name that is. */
  readonly isName: boolean;
}

/**
 * The IAM policy that an import needs, and nothing else: reading the values under a prefix, and their keys by way of the
 * service alone. Source: Service Authorization Reference of Secrets Manager and Systems Manager.
 */
export function sourcePolicy({ from, region, accountId, prefix, isName }: PolicyScope): object {
  const arn = (service: string, resource: string) =>
    `arn:${partitionOf(region)}:${service}:${region}:${accountId}:${resource}`;
  const allow = (Action: string | string[], Resource: string | string[], Condition?: object) => ({
    Effect: 'Allow',
    Action,
    Resource,
    ...(Condition === undefined ? {} : { Condition }),
  });
  const service = from === 'aws' ? 'secretsmanager' : 'ssm';
  return {
    Version: '2012-10-17',
    Statement: [
      ...(from === 'aws'
        ? [
            ...(isName ? [] : [allow('secretsmanager:ListSecrets', '*')]),
            // The six characters behind a name are known to AWS alone.
            allow(
              'secretsmanager:GetSecretValue',
              arn('secretsmanager', `secret:${prefix}${isName ? '-??????' : '*'}`),
            ),
          ]
        : [
            allow(
              isName ? 'ssm:GetParameter' : 'ssm:GetParametersByPath',
              parametersOf(prefix, isName).map((one) => arn('ssm', one)),
            ),
          ]),
      allow('kms:Decrypt', arn('kms', 'key/*'), {
        StringEquals: { 'kms:ViaService': `${service}.${region}.amazonaws.com` },
      }),
    ],
  };
}

/** A path is asked for by its own ARN; what is below it comes along. */
function parametersOf(name: string, isName: boolean): string[] {
  const path = `parameter/${name.replace(/^\//, '').replace(/\/$/, '')}`;
  return isName ? [path] : [path, `${path === 'parameter/' ? 'parameter' : path}/*`];
}
