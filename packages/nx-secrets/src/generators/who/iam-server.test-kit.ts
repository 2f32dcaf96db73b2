import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { IamInput } from 'local-aws-secrets';

/** What IAM answers GetAccountAuthorizationDetails with: XML, or a refusal. */
export interface IamAnswer {
  readonly status: number;
  readonly body: string;
}

/** An IAM on loopback that answers every request in one way. Gives how many there were, too. */
export async function startIam(answer: () => IamAnswer) {
  let asked = 0;
  const server = createServer((request, response) => {
    asked += 1;
    request.resume().on('end', () => {
      const { status, body } = answer();
      response.writeHead(status, { 'content-type': 'text/xml' }).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: () => asked,
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A refusal as IAM words it. */
export const refused: IamAnswer = {
  status: 403,
  body: '<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>User is not authorized to perform: iam:GetAccountAuthorizationDetails</Message></Error><RequestId>1</RequestId></ErrorResponse>',
};

const member = (body: string) => `<member>${body}</member>`;
const tag = (name: string, body: string) => `<${name}>${body}</${name}>`;
/** IAM percent-encodes policies. */
const policyText = (document: unknown) =>
  encodeURIComponent(typeof document === 'string' ? document : JSON.stringify(document));

interface Entity {
  readonly policies?: readonly unknown[];
  readonly boundary?: unknown;
  readonly tags?: Readonly<Record<string, string>>;
  readonly trust?: unknown;
}
interface Account {
  readonly roles?: Readonly<Record<string, Entity>>;
  readonly users?: Readonly<Record<string, Entity>>;
}

/** The accounts of a local-aws as IAM would list one of them: roles with a managed and inline policies, users with theirs. */
export function accountDetails({ accounts }: IamInput, account: string): IamAnswer {
  const { roles = {}, users = {} }: Account = (accounts[account] ?? {}) as Account;
  const inline = (list: string, policies: readonly unknown[]) =>
    tag(
      list,
      policies
        .map((one, index) =>
          member(tag('PolicyName', `policy-${index + 1}`) + tag('PolicyDocument', policyText(one))),
        )
        .join(''),
    );
  const managed = (kind: string, name: string, boundary: unknown) =>
    boundary === undefined
      ? ''
      : tag(
          'PermissionsBoundary',
          tag('PermissionsBoundaryType', 'Policy') +
            tag('PermissionsBoundaryArn', `arn:aws:iam::${account}:policy/${kind}-${name}`),
        );
  const tags = (given: Readonly<Record<string, string>> = {}) =>
    tag(
      'Tags',
      Object.entries(given)
        .map(([key, value]) => member(tag('Key', key) + tag('Value', value)))
        .join(''),
    );
  const boundaries = [
    ...Object.entries(roles).map(([name, one]) => ['role', name, one.boundary] as const),
    ...Object.entries(users).map(([name, one]) => ['user', name, one.boundary] as const),
  ].filter(([, , boundary]) => boundary !== undefined);
  const body = [
    tag(
      'RoleDetailList',
      Object.entries(roles)
        .map(([name, { policies = [], trust, boundary, tags: given }]) =>
          member(
            tag('Arn', `arn:aws:iam::${account}:role/${name}`) +
              tag('RoleName', name) +
              tag('AssumeRolePolicyDocument', policyText(trust)) +
              inline('RolePolicyList', policies) +
              managed('role', name, boundary) +
              tags(given),
          ),
        )
        .join(''),
    ),
    tag(
      'UserDetailList',
      Object.entries(users)
        .map(([name, { policies = [], boundary, tags: given }]) =>
          member(
            tag('Arn', `arn:aws:iam::${account}:user/${name}`) +
              tag('UserName', name) +
              inline('UserPolicyList', policies) +
              managed('user', name, boundary) +
              tags(given),
          ),
        )
        .join(''),
    ),
    tag(
      'Policies',
      boundaries
        .map(([kind, name, boundary]) =>
          member(
            tag('Arn', `arn:aws:iam::${account}:policy/${kind}-${name}`) +
              tag(
                'PolicyVersionList',
                member(tag('Document', policyText(boundary)) + tag('IsDefaultVersion', 'true')),
              ),
          ),
        )
        .join(''),
    ),
    tag('IsTruncated', 'false'),
  ].join('');
  return {
    status: 200,
    body: `<GetAccountAuthorizationDetailsResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><GetAccountAuthorizationDetailsResult>${body}</GetAccountAuthorizationDetailsResult></GetAccountAuthorizationDetailsResponse>`,
  };
}
