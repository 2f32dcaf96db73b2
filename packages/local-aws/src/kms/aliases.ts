import { authorizeAny } from '../operation/authorize';
import { AwsError, validationError } from '../protocol/aws-error';
import { type Call, operation, type Operations, seconds } from '../operation/operation';
import { optional, structure } from '../protocol/readers';
import { regionalArn } from '../arn';
import type { KeyAlias } from '../store/model';
import { expire } from './expiry';
import { aliasNotFound, customerKeyById, findKeyById, notPendingDeletion } from './key-reference';
import { aliasName, keyId, limit, marker } from './members';
import { kmsPage } from './paging';
import { authorizeAlias, authorizeKey } from './permission';

const nameAndTarget = structure({ AliasName: aliasName, TargetKeyId: keyId });

export const aliasOperations: Operations = {
  CreateAlias: operation(nameAndTarget, (input, call) => {
    const name = ownName(input.AliasName);
    authorizeAlias(call, name);
    const key = notPendingDeletion(customerKeyById(call, input.TargetKeyId));
    const known = call.store.aliases.get(name);
    if (known !== undefined && expire(call, call.store.keys.get(known.targetKeyId)) !== undefined) {
      const arn = regionalArn('kms', call.store, name);
      throw new AwsError('AlreadyExistsException', `An alias with the name ${arn} already exists`);
    }
    const alias: KeyAlias = { name, targetKeyId: key.id, createdAt: call.now, updatedAt: call.now };
    call.store.aliases.put(name, alias);
    return {};
  }),

  UpdateAlias: operation(nameAndTarget, (input, call) => {
    const name = ownName(input.AliasName);
    authorizeAlias(call, name);
    const alias = aliasForChange(call, name);
    const key = notPendingDeletion(customerKeyById(call, input.TargetKeyId));
    call.store.aliases.put(name, { ...alias, targetKeyId: key.id, updatedAt: call.now });
    return {};
  }),

  DeleteAlias: operation(structure({ AliasName: aliasName }), (input, call) => {
    const name = ownName(input.AliasName);
    authorizeAlias(call, name);
    aliasForChange(call, name);
    call.store.aliases.remove(name);
    return {};
  }),

  ListAliases: operation(
    structure({ KeyId: optional(keyId), Limit: limit, Marker: marker }),
    (input, call) => {
      authorizeAny(call);
      const target = input.KeyId === undefined ? undefined : findKeyById(call, input.KeyId).id;
      const aliases = call.store.aliases
        .all()
        .filter((alias) => target === undefined || alias.targetKeyId === target)
        .filter((alias) => expire(call, call.store.keys.get(alias.targetKeyId)) !== undefined);
      const { items, rest } = kmsPage(aliases, input.Limit ?? 50, input.Marker, (alias) => alias.name);
      return {
        Aliases: items.map((alias) => ({
          AliasName: alias.name,
          AliasArn: regionalArn('kms', call.store, alias.name),
          TargetKeyId: alias.targetKeyId,
          CreationDate: seconds(alias.createdAt),
          LastUpdatedDate: seconds(alias.updatedAt),
        })),
        ...rest,
      };
    },
  ),
};

/** An alias whose key the caller may take it from. Throws AwsError NotFoundException, AccessDeniedException. */
function aliasForChange(call: Call, name: string): KeyAlias {
  const alias = call.store.aliases.get(name);
  if (alias === undefined) throw aliasNotFound(call, name);
  const key = call.store.keys.get(alias.targetKeyId);
  if (key !== undefined) authorizeKey(call, key);
  return alias;
}

/** An alias name that customers may use. Throws AwsError. */
function ownName(name: string): string {
  if (!name.startsWith('alias/') || name === 'alias/') {
    throw validationError(
      'Alias must start with the prefix "alias/". Please see ' +
        'https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html',
    );
  }
  if (name.startsWith('alias/aws/')) {
    throw new AwsError('NotAuthorizedException', 'The prefix alias/aws/ is reserved for AWS managed keys');
  }
  if (name.includes(':'))
    throw new AwsError('InvalidAliasNameException', `${name} is not a valid alias name`);
  return name;
}
