import { operation, type Operations } from '../operation/operation';
import { integer, optional, structure, text } from '../protocol/readers';
import { keyById } from './key-reference';
import { keyId, marker } from './members';

/** There are no grants here: nobody can make one, so every key has none. */
export const grantOperations: Operations = {
  ListGrants: operation(
    structure({
      KeyId: keyId,
      Limit: optional(integer({ min: 1, max: 100 })),
      Marker: marker,
      GrantId: optional(text({ min: 1, max: 128 })),
      GranteePrincipal: optional(text({ min: 1, max: 256 })),
      GranteeServicePrincipal: optional(text({ min: 1, max: 256 })),
    }),
    (input, call) => {
      keyById(call, input.KeyId);
      return { Grants: [], Truncated: false };
    },
  ),
};
