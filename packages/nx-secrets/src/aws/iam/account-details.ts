import { ProblemError, throwProblem } from '../../problem';
import { notAws } from '../answer';
import { awsProblem } from '../aws-problem';
import type { Clients } from '../clients';
import { loadIam } from '../iam-client';

/** A policy of a role, user or group: its text, percent-encoded as IAM gives it or not. */
export interface RawPolicy {
  readonly name: string;
  readonly text: string;
}

/** A role or user with the policies that it is under. */
export interface RawIdentity {
  readonly kind: 'role' | 'user';
  readonly arn: string;
  readonly policies: readonly RawPolicy[];
  readonly boundary?: RawPolicy;
  readonly tags: Readonly<Record<string, string>>;
  /** Who may assume the role. */
  readonly trust?: string;
}

/** The most pages that are read: IAM has room for some 10,000 roles and users. */
const maximumPages = 2_000;

/**
 * The roles and users of the account, each with its policies: by one call, which takes the permission
 * iam:GetAccountAuthorizationDetails alone.
 *
 * @throws ProblemError where IAM refuses, the package for it is not installed, or the answer is not all there is
 */
export async function readIdentities(clients: Clients, account: string): Promise<readonly RawIdentity[]> {
  const { GetAccountAuthorizationDetailsCommand } = await loadIam();
  const where = `iam:GetAccountAuthorizationDetails, account ${account}`;
  const pages: Page[] = [];
  let marker: string | undefined;
  try {
    const client = await clients.iam();
    do {
      const command = new GetAccountAuthorizationDetailsCommand({
        MaxItems: 1000,
        ...(marker === undefined ? {} : { Marker: marker }),
      });
      const page = (await client.send(command)) as Page;
      pages.push(page);
      marker = page.IsTruncated ? page.Marker : undefined;
      if (page.IsTruncated && (marker === undefined || pages.length === maximumPages))
        throwProblem(notAws('it ends in the middle', where));
    } while (marker !== undefined);
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    throw new ProblemError(
      awsProblem(error, { action: 'iam:GetAccountAuthorizationDetails', resource: `account ${account}` }),
    );
  }
  const identities = identitiesOf(pages);
  // Whoever asks is one of them, and to the SDK any XML is a success, a login page too.
  return identities.length > 0 ? identities : throwProblem(notAws('it names no role and no user', where));
}

/** The answer of GetAccountAuthorizationDetails as far as it is used. Source: IAM API Reference */
interface Page {
  readonly IsTruncated?: boolean;
  readonly Marker?: string;
  readonly UserDetailList?: readonly Detail[];
  readonly GroupDetailList?: readonly Detail[];
  readonly RoleDetailList?: readonly Detail[];
  readonly Policies?: readonly {
    readonly Arn?: string;
    readonly PolicyVersionList?: readonly {
      readonly Document?: string;
      readonly IsDefaultVersion?: boolean;
    }[];
  }[];
}

interface Detail {
  readonly Arn?: string;
  readonly GroupName?: string;
  readonly UserPolicyList?: readonly Inline[];
  readonly GroupPolicyList?: readonly Inline[];
  readonly RolePolicyList?: readonly Inline[];
  readonly GroupList?: readonly string[];
  readonly AttachedManagedPolicies?: readonly { readonly PolicyName?: string; readonly PolicyArn?: string }[];
  readonly PermissionsBoundary?: { readonly PermissionsBoundaryArn?: string };
  readonly Tags?: readonly { readonly Key?: string; readonly Value?: string }[];
  readonly AssumeRolePolicyDocument?: string;
}

interface Inline {
  readonly PolicyName?: string;
  readonly PolicyDocument?: string;
}

/** An answer that is cut, or names a policy that is not in it, says less than there is: such a policy is unreadable text. */
function identitiesOf(pages: readonly Page[]): readonly RawIdentity[] {
  const managed = new Map(
    pages
      .flatMap(({ Policies = [] }) => Policies)
      .map(({ Arn = '', PolicyVersionList = [] }) => [
        Arn,
        PolicyVersionList.find(({ IsDefaultVersion }) => IsDefaultVersion)?.Document ?? '',
      ]),
  );
  const policiesOf = (detail: Detail): readonly RawPolicy[] => [
    ...[detail.UserPolicyList, detail.GroupPolicyList, detail.RolePolicyList]
      .flatMap((list) => list ?? [])
      .map(({ PolicyName = '', PolicyDocument = '' }) => ({
        name: `inline policy ${PolicyName}`,
        text: PolicyDocument,
      })),
    ...(detail.AttachedManagedPolicies ?? []).map(({ PolicyName = '', PolicyArn = '' }) => ({
      name: `managed policy ${PolicyName}`,
      text: managed.get(PolicyArn) ?? '',
    })),
  ];
  const groups = new Map(
    pages
      .flatMap(({ GroupDetailList = [] }) => GroupDetailList)
      .map((detail) => [
        detail.GroupName ?? '',
        policiesOf(detail).map(({ name, text }) => ({
          name: `group ${detail.GroupName ?? ''}, ${name}`,
          text,
        })),
      ]),
  );
  const identityOf =
    (kind: 'role' | 'user') =>
    (detail: Detail): RawIdentity => {
      const boundary = detail.PermissionsBoundary?.PermissionsBoundaryArn;
      return {
        kind,
        arn: detail.Arn ?? '',
        policies: [
          ...policiesOf(detail),
          ...(detail.GroupList ?? []).flatMap(
            (name) => groups.get(name) ?? [{ name: `group ${name}`, text: '' }],
          ),
        ],
        tags: Object.fromEntries((detail.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
        ...(boundary === undefined
          ? {}
          : { boundary: { name: 'permissions boundary', text: managed.get(boundary) ?? '' } }),
        ...(detail.AssumeRolePolicyDocument === undefined ? {} : { trust: detail.AssumeRolePolicyDocument }),
      };
    };
  return [
    ...pages.flatMap(({ RoleDetailList = [] }) => RoleDetailList).map(identityOf('role')),
    ...pages.flatMap(({ UserDetailList = [] }) => UserDetailList).map(identityOf('user')),
  ];
}
