import { operationCalls } from '../operation-calls.test-kit';

const names = ['/user/prod/A', '/user/prod/B', '/user/prod/deep/C', '/user/dev/A', '/users/prod/A', 'plain'];

function withParameters() {
  const aws = operationCalls();
  for (const Name of names) {
    const Type = Name.endsWith('B') ? 'SecureString' : 'String';
    aws.call('ssm:PutParameter', {
      Name,
      Value: `value of ${Name}`,
      Type,
      Tags: [{ Key: 'of', Value: Type }],
    });
  }
  const namesOf = (action: string, input: object): string[] => {
    const found = aws.call(action, input)['Parameters'] as { Name: string }[];
    return found.map(({ Name }) => Name);
  };
  return { ...aws, namesOf };
}

describe('GetParameters', () => {
  it('gives those that there are, and the names of the others', () => {
    const { call } = withParameters();
    const arn = 'arn:aws:ssm:eu-west-1:123456789012:parameter/user/dev/A';
    const elsewhere = 'arn:aws:ssm:us-east-1:123456789012:parameter/user/dev/A';
    const Names = ['plain', '/none', arn, '/user/dev/A:1', '/user/dev/A:2', elsewhere];
    const answer = call('ssm:GetParameters', { Names });
    expect(
      (answer['Parameters'] as object[]).map((item) => ({ ...item, LastModifiedDate: 0 })),
    ).toMatchObject([
      { Name: 'plain', Value: 'value of plain' },
      { Name: '/user/dev/A', ARN: arn },
      { Name: '/user/dev/A', Selector: ':1' },
    ]);
    expect(answer['InvalidParameters']).toEqual(['/none', '/user/dev/A:2', elsewhere]);
  });

  it('takes ten at most', () => {
    const Names = Array.from({ length: 11 }, (_, index) => `/a/${index}`);
    expect(withParameters().errorOf('ssm:GetParameters', { Names })).toBe('ValidationException');
  });
});

describe('GetParametersByPath', () => {
  it.each([
    ['/user/prod', false, ['/user/prod/A', '/user/prod/B']],
    ['/user/prod/', false, ['/user/prod/A', '/user/prod/B']],
    ['/user/prod', true, ['/user/prod/A', '/user/prod/B', '/user/prod/deep/C']],
    ['/user', false, []],
    ['/user/prod/A', true, []],
    ['/none', true, []],
    ['/', false, ['plain']],
    ['/', true, names],
  ])('of %s, recursive: %s', (Path, Recursive, expected) => {
    const { namesOf } = withParameters();
    expect(namesOf('ssm:GetParametersByPath', { Path, Recursive })).toEqual([...expected].sort());
  });

  it('decrypts on demand', () => {
    const { call } = withParameters();
    const valueOf = (WithDecryption: boolean) =>
      (
        call('ssm:GetParametersByPath', { Path: '/user/prod', WithDecryption })['Parameters'] as {
          Value: string;
        }[]
      )[1]?.Value;
    expect(valueOf(true)).toBe('value of /user/prod/B');
    expect(valueOf(false)).not.toContain('value of');
  });

  it('gives pages of ten at most, each name once', () => {
    const { call, errorOf } = operationCalls();
    for (let index = 0; index < 25; index += 1) {
      call('ssm:PutParameter', { Name: `/a/K${index}`, Value: 'x', Type: 'String' });
    }
    const found: string[] = [];
    const sizes: number[] = [];
    let NextToken: unknown;
    do {
      const answer = call('ssm:GetParametersByPath', { Path: '/a', NextToken });
      const items = answer['Parameters'] as { Name: string }[];
      sizes.push(items.length);
      found.push(...items.map(({ Name }) => Name));
      NextToken = answer['NextToken'];
    } while (NextToken !== undefined);
    expect(sizes).toEqual([10, 10, 5]);
    expect(new Set(found).size).toBe(25);
    expect(errorOf('ssm:GetParametersByPath', { Path: '/a', MaxResults: 11 })).toBe('ValidationException');
    expect(errorOf('ssm:GetParametersByPath', { Path: '/a', NextToken: '?' })).toBe('InvalidNextToken');
  });

  it.each(['user', '/user//prod', '/us er', ''])('refuses the path "%s"', (Path) => {
    expect(withParameters().errorOf('ssm:GetParametersByPath', { Path })).toBe('ValidationException');
  });

  it.each<[object, string]>([
    [{ Key: 'Type', Values: ['SecureString'] }, 'no error'],
    [{ Key: 'Name', Values: ['a'] }, 'InvalidFilterKey'],
    [{ Key: 'tag:of', Values: ['a'] }, 'InvalidFilterKey'],
  ])('with the filter %j ends in %s', (filter, expected) => {
    const input = { Path: '/none', ParameterFilters: [filter] };
    expect(withParameters().errorOf('ssm:GetParametersByPath', input)).toBe(expected);
  });
});

describe('DescribeParameters', () => {
  it.each<[object, readonly string[]]>([
    [{ Key: 'Name', Values: ['/user/dev/A'] }, ['/user/dev/A']],
    [{ Key: 'Name', Values: ['/plain'] }, ['plain']],
    [{ Key: 'Name', Option: 'BeginsWith', Values: ['/user/dev'] }, ['/user/dev/A']],
    [{ Key: 'Name', Option: 'Contains', Values: ['deep'] }, ['/user/prod/deep/C']],
    [{ Key: 'Path', Values: ['/user/prod'] }, ['/user/prod/A', '/user/prod/B']],
    [
      { Key: 'Path', Option: 'Recursive', Values: ['/user/prod/deep', '/users'] },
      ['/user/prod/deep/C', '/users/prod/A'],
    ],
    [{ Key: 'Type', Values: ['SecureString'] }, ['/user/prod/B']],
    [{ Key: 'KeyId', Option: 'BeginsWith', Values: ['alias/aws'] }, ['/user/prod/B']],
    [{ Key: 'tag:of', Values: ['SecureString'] }, ['/user/prod/B']],
    [{ Key: 'tag:none' }, []],
    [{ Key: 'Tier', Values: ['Advanced'] }, []],
    [{ Key: 'DataType', Values: ['text'] }, names],
  ])('finds by %j', (filter, expected) => {
    expect(withParameters().namesOf('ssm:DescribeParameters', { ParameterFilters: [filter] })).toEqual(
      [...expected].sort(),
    );
  });

  it.each<[object[], string]>([
    [[{ Key: 'Label', Values: ['a'] }], 'InvalidFilterKey'],
    [[{ Key: 'Nome', Values: ['a'] }], 'ValidationException'],
    [[{ Key: 'Name' }], 'InvalidFilterValue'],
    [[{ Key: 'Type', Values: ['Secret'] }], 'InvalidFilterValue'],
    [[{ Key: 'Type', Option: 'Contains', Values: ['String'] }], 'InvalidFilterOption'],
    [[{ Key: 'tag:a' }, { Key: 'tag:a' }], 'InvalidFilterKey'],
  ])('refuses %j', (ParameterFilters, expected) => {
    expect(withParameters().errorOf('ssm:DescribeParameters', { ParameterFilters })).toBe(expected);
  });

  it('tells everything but the value', () => {
    const { call } = operationCalls();
    call('ssm:PutParameter', { Name: 'a', Value: 'hidden-value', Type: 'String', Description: 'd' });
    const [parameter] = call('ssm:DescribeParameters')['Parameters'] as object[];
    expect(parameter).toEqual({
      Name: 'a',
      ARN: 'arn:aws:ssm:eu-west-1:123456789012:parameter/a',
      Type: 'String',
      LastModifiedDate: Date.UTC(2026, 0, 1) / 1000,
      LastModifiedUser: 'arn:aws:iam::123456789012:root',
      Description: 'd',
      Version: 1,
      Tier: 'Standard',
      Policies: [],
      DataType: 'text',
    });
  });
});

describe('deletion', () => {
  it('removes, and tells what there was not', () => {
    const { call, errorOf, namesOf } = withParameters();
    call('ssm:DeleteParameter', { Name: 'plain' });
    expect(errorOf('ssm:DeleteParameter', { Name: 'plain' })).toBe('ParameterNotFound');
    expect(call('ssm:DeleteParameters', { Names: ['/user/dev/A', '/none'] })).toEqual({
      DeletedParameters: ['/user/dev/A'],
      InvalidParameters: ['/none'],
    });
    expect(namesOf('ssm:DescribeParameters', {})).toHaveLength(4);
  });
});
