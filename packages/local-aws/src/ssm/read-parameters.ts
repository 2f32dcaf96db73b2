import { AwsError } from '../protocol/aws-error';
import { type Call, operation, type Operations, seconds } from '../operation/operation';
import { page } from '../protocol/paging';
import { flag, optional, structure } from '../protocol/readers';
import { decryptValue } from './encrypted-value';
import { checked, filters, matches } from './filters';
import { type FoundParameter, latestVersion, parameterVersion } from './find';
import * as member from './members';
import { parameterPath } from './names';
import { isUnder } from './path';
import { authorizeParameter, authorizePath } from './permission';

const maximumPage = 10;

export const readOperations: Operations = {
  GetParameter: operation(structure({ Name: member.name, WithDecryption: optional(flag) }), (input, call) => {
    authorizeParameter(call, input.Name);
    return { Parameter: readParameter(call, parameterVersion(call, input.Name), input.WithDecryption) };
  }),

  GetParameters: operation(
    structure({ Names: member.names, WithDecryption: optional(flag) }),
    (input, call) => {
      const wanted = [...new Set(input.Names)];
      for (const name of wanted) authorizeParameter(call, name);
      const found = wanted.map((name) => ({
        name,
        parameter: orInvalid(() => parameterVersion(call, name)),
      }));
      return {
        Parameters: found.flatMap(({ parameter }) =>
          parameter === undefined ? [] : [readParameter(call, parameter, input.WithDecryption)],
        ),
        InvalidParameters: found.filter(({ parameter }) => parameter === undefined).map(({ name }) => name),
      };
    },
  ),

  GetParametersByPath: operation(
    structure({
      Path: member.name,
      Recursive: optional(flag),
      ParameterFilters: optional(filters),
      WithDecryption: optional(flag),
      MaxResults: member.maxResults(maximumPage),
      NextToken: member.nextToken,
    }),
    (input, call) => {
      const path = parameterPath(input.Path);
      const recursive = input.Recursive ?? false;
      authorizePath(call, path, recursive);
      const passing = checked(input.ParameterFilters ?? [], 'by-path');
      const wanted = call.store.parameters
        .all()
        .filter((parameter) => isUnder(parameter.name, path, recursive) && matches(parameter, passing));
      const found = page(wanted, {
        id: ({ name }) => name,
        limit: input.MaxResults ?? maximumPage,
        token: input.NextToken,
      });
      if (found === undefined) throw new AwsError('InvalidNextToken', 'Invalid NextToken');
      const parameters = found.items.map((parameter) =>
        readParameter(
          call,
          { parameter, version: latestVersion(parameter), selector: undefined },
          input.WithDecryption,
        ),
      );
      return { Parameters: parameters, NextToken: found.next };
    },
  ),
};

function readParameter(call: Call, found: FoundParameter, withDecryption = false): object {
  const { parameter, version, selector } = found;
  const decrypts = withDecryption && version.type === 'SecureString';
  return {
    Name: parameter.name,
    Type: version.type,
    Value: decrypts ? decryptValue(call, parameter.arn, version) : version.value,
    Version: version.number,
    Selector: selector,
    LastModifiedDate: seconds(version.modifiedAt),
    ARN: parameter.arn,
    DataType: 'text',
  };
}

function orInvalid<T>(find: () => T): T | undefined {
  try {
    return find();
  } catch (error) {
    if (error instanceof AwsError && /^Parameter(?:Version)?NotFound$/.test(error.code)) return undefined;
    throw error;
  }
}
