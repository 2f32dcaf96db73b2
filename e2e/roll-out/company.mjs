import { parse } from 'yaml';

const center = 'aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_';
const allow = (statement) => ({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });
const roleOfSet = (set) => `${center}${set}_0123456789abcdef`;

/**
 * A company's accounts as local-aws takes them: what CloudFormation templates make in each, IAM Identity Center with
 * administrators and developers, and a user `lambda` in place of the service, who may assume what Lambda may.
 *
 * @param {readonly string[]} accounts
 */
export function company(accounts) {
  const templates = new Map();
  const policiesOfDevelopers = [];

  const made = (account) => {
    const resources = templates.get(account)?.Resources ?? {};
    const of = (type) => Object.values(resources).filter(({ Type }) => Type === type);
    const policies = of('AWS::IAM::ManagedPolicy').map(({ Properties }) => Properties);
    const nameOf = (role) => (typeof role === 'string' ? role : resources[role.Ref].Properties.RoleName);
    const roles = of('AWS::IAM::Role').map(({ Properties }) => {
      const { RoleName, Path, AssumeRolePolicyDocument: trust } = Properties;
      const byLambda = trust.Statement.filter(({ Principal }) => Principal.Service).map(() => ({
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${account}:user/lambda` },
        Action: 'sts:AssumeRole',
      }));
      return [
        `${Path}${RoleName}`.slice(1),
        {
          trust: { ...trust, Statement: [...trust.Statement, ...byLambda] },
          policies: policies
            .filter(({ Roles = [] }) => Roles.map(nameOf).includes(RoleName))
            .map(({ PolicyDocument }) => PolicyDocument),
        },
      ];
    });
    return { policies, roles };
  };

  const entities = (account) => {
    const { policies, roles } = made(account);
    const user = (name) => ({
      accessKeys: { [`AKIA${name.toUpperCase()}${account}`]: `secret of ${name}` },
      policies: [allow({ Action: 'sts:AssumeRole', Resource: '*' })],
    });
    const trust = allow({
      Principal: { AWS: `arn:aws:iam::${account}:user/center` },
      Action: 'sts:AssumeRole',
    });
    const developer = policies
      .filter(({ ManagedPolicyName }) => policiesOfDevelopers.includes(ManagedPolicyName))
      .map(({ PolicyDocument }) => PolicyDocument);
    return {
      users: { center: user('center'), lambda: user('lambda') },
      roles: {
        [roleOfSet('AdministratorAccess')]: { trust, policies: [allow({ Action: '*', Resource: '*' })] },
        [roleOfSet('Developer')]: { trust, policies: developer },
        ...Object.fromEntries(roles),
      },
    };
  };

  return {
    /** `aws cloudformation deploy` */
    deploy: (account, template) => templates.set(account, parse(template)),
    /** `aws sso-admin attach-customer-managed-policy-reference-to-permission-set`, for developers. */
    attach: (policy) => policiesOfDevelopers.push(policy),
    iam: () => ({ accounts: Object.fromEntries(accounts.map((one) => [one, entities(one)])) }),
    /** Profiles of those who sign in by Identity Center, as text for `~/.aws/config`. */
    profiles: (names) =>
      Object.entries(names)
        .map(([name, { account, set }]) =>
          [
            `[profile sign-in-${name}]`,
            `aws_access_key_id = AKIACENTER${account}`,
            'aws_secret_access_key = secret of center',
            `[profile ${name}]`,
            `role_arn = arn:aws:iam::${account}:role/${roleOfSet(set)}`,
            `source_profile = sign-in-${name}`,
            'region = eu-west-1',
          ].join('\n'),
        )
        .join('\n\n'),
  };
}
