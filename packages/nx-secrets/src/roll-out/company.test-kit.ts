import { parse } from 'yaml';
import type { LocalAws } from 'local-aws-secrets';

interface Statement {
  readonly Effect: string;
  readonly Principal?: Readonly<Record<string, string | readonly string[]>>;
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: object;
}
interface Document {
  readonly Version: string;
  readonly Statement: readonly Statement[];
}
interface Resource {
  readonly Type: string;
  readonly Properties: {
    readonly RoleName?: string;
    readonly Path?: string;
    readonly AssumeRolePolicyDocument?: Document;
    readonly ManagedPolicyName?: string;
    readonly PolicyDocument?: Document;
    readonly Roles?: readonly (string | { readonly Ref: string })[];
  };
}
type Resources = Readonly<Record<string, Resource>>;

const everything: Document = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
};
const allow = (statement: Omit<Statement, 'Effect'>): Document => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', ...statement }],
});

/** What IAM Identity Center calls its roles: the permission set with an ending of its own. */
const identityCenter = 'aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_';
const ending = '_0123456789abcdef';

/** An access key of somebody whom the company does not make: Identity Center, Lambda. */
const keyOf = (who: string, account: string) => `AKIA${who.toUpperCase()}${account}`;
export const accessKeyOf = (who: string, account: string) => ({
  accessKeyId: keyOf(who, account),
  secretAccessKey: `secret of ${who}`,
});

/** What an account has. */
interface Account {
  readonly stacks: Map<string, Resources>;
  readonly providers: Set<string>;
  /** Inline policies that somebody put on roles, by role and name. */
  readonly inline: Map<string, Document>;
}

/**
 * A company's accounts as local-aws takes them: what CloudFormation has made in each, and what IAM Identity Center has, with
 * administrators and developers in every account.
 */
export function company(aws: () => LocalAws, ids: readonly string[]) {
  const accounts = new Map(
    ids.map((id): [string, Account] => [id, { stacks: new Map(), providers: new Set(), inline: new Map() }]),
  );
  const of = (id: string) => accounts.get(id) ?? fail(`there is no account ${id}`);
  /** Names of customer managed policies that a permission set refers to, and has been provisioned with. */
  const referred = new Map<string, string[]>();
  /** By permission set and account: accounts without a stack are not assigned yet. */
  const provisioned = new Map<string, readonly string[]>();
  const sets = ['AdministratorAccess', 'Developer'];
  /** Those whom the permission sets are assigned to. */
  const people = new Set(['sso', 'leaver']);

  /** Has local-aws decide by what there is now. */
  const apply = () => {
    aws().setIam({
      accounts: Object.fromEntries([...accounts].map(([id, account]) => [id, entities(id, account)])),
    });
  };

  const entities = (id: string, account: Account) => {
    const { roles, policies } = madeBy(account);
    const user = (who: string) => ({
      accessKeys: { [keyOf(who, id)]: `secret of ${who}` },
      policies: [allow({ Action: 'sts:AssumeRole', Resource: '*' })],
    });
    const own = Object.fromEntries(
      sets.map((set) => [
        `${identityCenter}${set}${ending}`,
        {
          trust: allow({
            Principal: { AWS: [...people].map((who) => `arn:aws:iam::${id}:user/${who}`) },
            Action: 'sts:AssumeRole',
          }),
          policies:
            set === 'AdministratorAccess'
              ? [everything]
              : (provisioned.get(`${set} ${id}`) ?? []).map(
                  (name) => policies.get(name) ?? fail(`account ${id} has no policy ${name}`),
                ),
        },
      ]),
    );
    return {
      users: { sso: user('sso'), leaver: user('leaver'), lambda: user('lambda') },
      roles: { ...own, ...Object.fromEntries(roles.map(([name, role]) => [name, withLambda(id, role)])) },
    };
  };

  return {
    apply,
    /** `aws iam create-open-id-connect-provider` */
    createProvider: (id: string, url: string) => void of(id).providers.add(url),
    hasProvider: (id: string, url: string) => of(id).providers.has(url),
    /** `aws cloudformation deploy`: a name that another stack of the account has is refused. */
    deploy(id: string, stack: string, template: string) {
      const account = of(id);
      const { Resources } = parse(template) as { readonly Resources: Resources };
      const others = [...account.stacks]
        .filter(([name]) => name !== stack)
        .flatMap(([, all]) => namesOf(all));
      const twice = namesOf(Resources).find((name) => others.includes(name));
      if (twice !== undefined) throw new Error(`${twice} exists in another stack of ${id}`);
      account.stacks.set(stack, Resources);
      apply();
    },
    /** `aws cloudformation delete-stack` */
    deleteStack(id: string, stack: string) {
      of(id).stacks.delete(stack);
      apply();
    },
    /** `aws sso-admin attach-customer-managed-policy-reference-to-permission-set` */
    refer: (set: string, policy: string) => void referred.set(set, [...(referred.get(set) ?? []), policy]),
    /** `aws sso-admin provision-permission-set`: the policies must be in every account. */
    provisionSet(set: string) {
      for (const [id, { stacks }] of accounts)
        if (stacks.size > 0) provisioned.set(`${set} ${id}`, referred.get(set) ?? []);
      apply();
    },
    /** `aws identitystore delete-group-membership`: that one gets no session of a permission set any more. */
    unassign(who: string) {
      people.delete(who);
      apply();
    },
    /** Names of the roles that stacks have made in an account. */
    rolesIn: (id: string) => madeBy(of(id)).roles.map(([name]) => name),
    /** The configuration of profiles in `~/.aws` of those who sign in by Identity Center. */
    profiles: (
      names: Readonly<
        Record<string, { readonly account: string; readonly set: string; readonly who?: string }>
      >,
    ) =>
      Object.entries(names)
        .map(([name, { account, set, who = 'sso' }]) => {
          const { accessKeyId, secretAccessKey } = accessKeyOf(who, account);
          return `[profile ${name}-sign-in]
aws_access_key_id = ${accessKeyId}
aws_secret_access_key = ${secretAccessKey}
region = eu-west-1

[profile ${name}]
role_arn = arn:aws:iam::${account}:role/${identityCenter}${set}${ending}
source_profile = ${name}-sign-in
region = eu-west-1
`;
        })
        .join('\n'),
  };
}

interface MadeRole {
  readonly trust: Document;
  readonly policies: readonly Document[];
}

/** Roles by path and name, with the policies attached to them, and managed policies by name, of all stacks. */
function madeBy({ stacks }: Account) {
  const roles = new Map<string, { readonly path: string; trust: Document; policies: Document[] }>();
  const policies = new Map<string, Document>();
  for (const resources of stacks.values()) {
    for (const { Type, Properties } of Object.values(resources)) {
      if (Type !== 'AWS::IAM::Role') continue;
      const { RoleName = '', Path = '/', AssumeRolePolicyDocument: trust } = Properties;
      roles.set(RoleName, { path: Path, trust: trust ?? fail(`${RoleName} has no trust`), policies: [] });
    }
    for (const { Type, Properties } of Object.values(resources)) {
      if (Type !== 'AWS::IAM::ManagedPolicy') continue;
      const { ManagedPolicyName = '', PolicyDocument = everything, Roles = [] } = Properties;
      policies.set(ManagedPolicyName, PolicyDocument);
      for (const one of Roles) {
        const name = typeof one === 'string' ? one : (resources[one.Ref]?.Properties.RoleName ?? '');
        (roles.get(name) ?? fail(`${ManagedPolicyName} is for ${name}, which there is not`)).policies.push(
          PolicyDocument,
        );
      }
    }
  }
  return {
    policies,
    roles: [...roles].map(([name, { path, ...role }]): [string, MadeRole] => [
      `${path}${name}`.slice(1),
      role,
    ]),
  };
}

const namesOf = (resources: Resources) =>
  Object.values(resources).flatMap(
    ({ Properties: { RoleName, ManagedPolicyName } }) => RoleName ?? ManagedPolicyName ?? [],
  );

/** No service of AWS calls here: a user is Lambda where a role trusts it. */
function withLambda(id: string, { trust, policies }: MadeRole): MadeRole {
  const isLambda = ({ Principal = {} }: Statement) =>
    [Principal['Service'] ?? []].flat().includes('lambda.amazonaws.com');
  const lambda = trust.Statement.some(isLambda)
    ? allow({ Principal: { AWS: `arn:aws:iam::${id}:user/lambda` }, Action: 'sts:AssumeRole' }).Statement
    : [];
  return { trust: { ...trust, Statement: [...trust.Statement, ...lambda] }, policies };
}

const fail = (what: string): never => {
  throw new Error(what);
};
