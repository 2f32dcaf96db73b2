import { CreateKeyCommand } from '@aws-sdk/client-kms';
import {
  DeleteParameterCommand,
  DeleteParametersCommand,
  DescribeParametersCommand,
  GetParameterCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  PutParameterCommand,
} from '@aws-sdk/client-ssm';
import { account, credentialsOf, everything, people, policy } from '../iam/iam.test-kit';
import { failure, runningAws } from '../running-aws.test-kit';

const arn = `arn:aws:ssm:eu-west-1:${account}:parameter`;
const allow = (Action: string | string[], Resource: string | string[], Condition?: object) =>
  policy({ Effect: 'Allow', Action, Resource, ...(Condition === undefined ? {} : { Condition }) });
const iam = {
  accounts: {
    [account]: people({
      admin: everything,
      byPath: policy(
        { Effect: 'Allow', Action: 'ssm:GetParametersByPath', Resource: `${arn}/user/prod` },
        { Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*' },
      ),
      flat: allow('ssm:GetParametersByPath', `${arn}/*`, { StringEquals: { 'ssm:Recursive': 'false' } }),
      one: allow(['ssm:GetParameter', 'ssm:GetParameters', 'ssm:DeleteParameter*'], `${arn}/user/prod/A`),
      tagged: allow('ssm:GetParameter', '*', { StringEquals: { 'aws:ResourceTag/team': 'blue' } }),
      writer: allow('ssm:PutParameter', `${arn}/user/*`, { StringEquals: { 'ssm:Overwrite': 'false' } }),
      lister: allow('ssm:DescribeParameters', `arn:aws:ssm:eu-west-1:${account}:*`),
    }),
  },
};
const local = runningAws({ iam });
const as = (name: string) => local.clients(credentialsOf(name)).ssm;
const denied = { name: 'AccessDeniedException' };

beforeEach(async () => {
  const { kms } = local.clients(credentialsOf('admin'));
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  const secure = { Type: 'SecureString', KeyId: KeyMetadata?.KeyId } as const;
  const put = (Name: string, team: string) =>
    as('admin').send(
      new PutParameterCommand({ Name, Value: Name, ...secure, Tags: [{ Key: 'team', Value: team }] }),
    );
  await put('/user/prod/A', 'blue');
  await put('/user/prod/B', 'red');
});

describe('IAM and parameters', () => {
  it('lets by a path whoever has the path and the key', async () => {
    const read = (Path: string, WithDecryption = true) =>
      as('byPath').send(new GetParametersByPathCommand({ Path, WithDecryption }));
    expect((await read('/user/prod')).Parameters?.map(({ Value }) => Value)).toEqual([
      '/user/prod/A',
      '/user/prod/B',
    ]);
    const up = await failure(read('/user'));
    expect(up).toMatchObject(denied);
    expect(up.message).toBe(
      `User: arn:aws:iam::${account}:user/byPath is not authorized to perform: ssm:GetParametersByPath on resource: ` +
        `${arn}/user because no identity-based policy allows the ssm:GetParametersByPath action`,
    );
  });

  it('asks KMS on behalf of the caller: a SecureString needs the key, its ciphertext does not', async () => {
    const Name = '/user/prod/A';
    const plain = await failure(as('one').send(new GetParameterCommand({ Name, WithDecryption: true })));
    expect(plain).toMatchObject(denied);
    expect(plain.message).toContain('kms:Decrypt');
    expect(await failure(as('one').send(new GetParameterCommand({ Name })))).toMatchObject({
      name: 'no error',
    });
  });

  it('takes a list of names only where each is allowed', async () => {
    const Names = ['/user/prod/A', '/user/prod/B'];
    expect(await failure(as('one').send(new GetParametersCommand({ Names })))).toMatchObject(denied);
    expect(await failure(as('one').send(new DeleteParametersCommand({ Names })))).toMatchObject(denied);
    const first = as('one').send(new DeleteParameterCommand({ Name: '/user/prod/A' }));
    expect(await failure(first)).toMatchObject({ name: 'no error' });
  });

  it('tells nobody whether a parameter exists who may not read it', async () => {
    for (const Name of ['/user/prod/B', '/user/prod/none']) {
      expect(await failure(as('one').send(new GetParameterCommand({ Name })))).toMatchObject(denied);
    }
  });

  it('has the condition keys of the service', async () => {
    const read = (name: string, Name: string) => failure(as(name).send(new GetParameterCommand({ Name })));
    expect(await read('tagged', '/user/prod/A')).toMatchObject({ name: 'no error' });
    expect(await read('tagged', '/user/prod/B')).toMatchObject(denied);
    const below = (Recursive: boolean) =>
      failure(as('flat').send(new GetParametersByPathCommand({ Path: '/user/prod', Recursive })));
    expect(await below(false)).toMatchObject({ name: 'no error' });
    expect(await below(true)).toMatchObject(denied);
    const write = (input: object) =>
      failure(
        as('writer').send(
          new PutParameterCommand({ Name: '/user/new', Value: 'x', Type: 'String', ...input }),
        ),
      );
    expect(await write({})).toMatchObject({ name: 'no error' });
    expect(await write({ Overwrite: true })).toMatchObject(denied);
    const tagged = await write({ Name: '/user/other', Tags: [{ Key: 'a', Value: 'b' }] });
    expect(tagged).toMatchObject(denied);
    expect(tagged.message).toContain('ssm:AddTagsToResource');
  });

  it('lets list whoever may, with the ARN that AWS asks for', async () => {
    const list = (name: string) => failure(as(name).send(new DescribeParametersCommand({})));
    expect(await list('lister')).toMatchObject({ name: 'no error' });
    expect(await list('one')).toMatchObject(denied);
  });
});
