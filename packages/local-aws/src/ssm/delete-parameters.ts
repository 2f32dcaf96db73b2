import { operation, type Operations } from '../operation/operation';
import { AwsError } from '../protocol/aws-error';
import { structure } from '../protocol/readers';
import * as member from './members';
import { authorizeParameter } from './permission';

export const deleteOperations: Operations = {
  DeleteParameter: operation(structure({ Name: member.name }), (input, call) => {
    authorizeParameter(call, input.Name);
    if (call.store.parameters.get(input.Name) === undefined) throw new AwsError('ParameterNotFound');
    call.store.parameters.remove(input.Name);
    return {};
  }),

  DeleteParameters: operation(structure({ Names: member.names }), (input, call) => {
    const wanted = [...new Set(input.Names)];
    for (const name of wanted) authorizeParameter(call, name);
    const known = wanted.filter((name) => call.store.parameters.get(name) !== undefined);
    for (const name of known) call.store.parameters.remove(name);
    return { DeletedParameters: known, InvalidParameters: wanted.filter((name) => !known.includes(name)) };
  }),
};
