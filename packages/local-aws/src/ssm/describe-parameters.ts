import { operation, type Operations, seconds } from '../operation/operation';
import { AwsError } from '../protocol/aws-error';
import { page } from '../protocol/paging';
import { flag, optional, structure } from '../protocol/readers';
import { assertNotGiven, unsupported } from '../protocol/unsupported';
import type { Parameter } from '../store/model';
import { checked, filters, matches } from './filters';
import { latestVersion } from './find';
import * as member from './members';
import { authorizeList } from './permission';

const maximumPage = 50;

export const describeOperations: Operations = {
  DescribeParameters: operation(
    structure({
      Filters: unsupported('ParameterFilters is the newer form of it'),
      ParameterFilters: optional(filters),
      MaxResults: member.maxResults(maximumPage),
      NextToken: member.nextToken,
      Shared: optional(flag),
    }),
    (input, call) => {
      authorizeList(call);
      assertNotGiven({
        Shared: [input.Shared === true ? true : undefined, 'nothing is shared between accounts'],
      });
      const wanted = checked(input.ParameterFilters ?? [], 'describe');
      const found = page(
        call.store.parameters.all().filter((parameter) => matches(parameter, wanted)),
        { id: ({ name }) => name, limit: input.MaxResults ?? maximumPage, token: input.NextToken },
      );
      if (found === undefined) throw new AwsError('InvalidNextToken', 'Invalid NextToken');
      return { Parameters: found.items.map(metadata), NextToken: found.next };
    },
  ),
};

/** What AWS tells of a parameter besides its value. */
function metadata(parameter: Parameter): object {
  const { type, keyId, modifiedAt, modifiedBy, number } = latestVersion(parameter);
  return {
    Name: parameter.name,
    ARN: parameter.arn,
    Type: type,
    KeyId: keyId,
    LastModifiedDate: seconds(modifiedAt),
    LastModifiedUser: modifiedBy,
    Description: parameter.description,
    Version: number,
    Tier: parameter.tier,
    Policies: [],
    DataType: 'text',
  };
}
