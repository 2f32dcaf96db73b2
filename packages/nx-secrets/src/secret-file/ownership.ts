import type { EncryptedFile } from 'sops-codec';
import type { Problem } from '../problem';
import type { ProblemCode } from '../problem-codes';
import type { Names } from '../config/names';
import { isStageKey } from '../config/stage-key';
import type { KeyArn } from '../aws/arn';
import {
  namedKeys,
  newDataKey,
  otherServicesKey,
  underAnotherKey,
  underOwnContext,
  underOwnKey,
} from './other-key';
import { contextMismatch } from './own-key';
import { checkOut, generate, setKey, shellWord, updateKeys } from '../config/commands';
import { keyText } from './key-path';
import { leavesOf } from './leaves';
import type { StageOptions } from '../config/options';

/** Whether a file is its service's own, and then the KMS key that says so. */
export type Ownership =
  { readonly kind: 'own'; readonly key: KeyArn } | { readonly kind: 'refused'; readonly problem: Problem };

/**
 * Checks that a file is encrypted for its own service and stage, and for no other of the workspace. What the file says is
 * a claim: only the key itself proves it, when it decrypts the data key (secret-file/own-key.ts).
 *
 * @param owners key aliases of all services and stages, with whom they belong to
 * @param path of the file, for messages
 * @param stage where nx.json has the stage
 */
export function ownership(
  file: EncryptedFile,
  names: Names,
  owners: ReadonlyMap<string, string>,
  path: string,
  stage: Pick<StageOptions, 'region' | 'accountId'> = {},
): Ownership {
  const refuse = (code: ProblemCode, what: string, fix: string): Ownership => ({
    kind: 'refused',
    problem: { code, what, where: path, fix },
  });
  const keys = namedKeys(file.metadata.groups.flat());

  const other = otherServicesKey(keys, names, owners);
  if (other) {
    const owner = owners.get(other.key.resource) ?? '';
    const isOwn = keys.some(({ key }) => isStageKey(key, names));
    return refuse(
      'fileOpensWithOtherKey',
      `the file can be opened with ${other.key.resource}, the key of ${owner}`,
      isOwn
        ? `Where ${names.address.root}/.sops.yaml names it for this file, remove it there. Then remove it from the file, and change the data key, which it may have decrypted:\n${updateKeys(path)}\n${newDataKey(names)}`
        : `If its values belong to this service:\n${underOwnKey(other, names, path)}\n${newDataKey(names)}\nIf it was copied by mistake, restore the committed file:\n${checkOut(path)}\nIf the committed file is like this, too, create it again:\n${makeAgain(file, names, path)}`,
    );
  }
  // A file may name an alias of that name elsewhere, too; the one where nx.json has the stage is meant.
  const named = keys.filter(({ key }) => isStageKey(key, names));
  const own = named.find(({ key }) => isAt(key, stage)) ?? named[0];
  if (!own) {
    return refuse(
      'notOwnKey',
      `the file is not encrypted with the key of its service and stage, ${names.foreignKey?.arn ?? names.keyAlias}`,
      `${underAnotherKey(keys, names, path)}\nIf nobody can decrypt the file any more, create it again:\n${makeAgain(file, names, path)}`,
    );
  }
  const stranger = keys.find(({ context }) => contextMismatch(context, names) !== undefined);
  if (stranger) {
    const name = contextMismatch(stranger.context, names) ?? '';
    return refuse(
      'wrongContext',
      `its encryption context has ${name} "${stranger.context?.[name] ?? ''}"`,
      underOwnContext(names, path),
    );
  }
  return { kind: 'own', key: own.key };
}

const isAt = (
  key: KeyArn,
  { region = key.region, accountId = key.accountId }: Pick<StageOptions, 'region' | 'accountId'>,
): boolean => key.region === region && key.accountId === accountId;
/** The commands that replace a file by one of the service's own, with the same keys. */
const makeAgain = (file: EncryptedFile, { address, stage }: Names, path: string): string =>
  [
    `rm ${shellWord(path)}`,
    generate(address, 'init', `--stages=${stage}`),
    ...keysOf(file).map((key) => setKey(address, stage, key)),
  ].join('\n');

const keysOf = (file: EncryptedFile): readonly string[] => [
  ...new Set(leavesOf(file).map(({ keys }) => keyText(keys, file.format))),
];
