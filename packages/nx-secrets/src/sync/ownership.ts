import type { EncryptedFile } from 'sops-codec';
import type { Problem } from '../problem';
import type { Names } from '../workspace/names';
import { parseKeyArn, type KeyArn } from '../keys/key-arn';
import { contextMismatch } from '../secret-file/own-key';
import { generate, setKey, shellWord, updateKeys } from '../workspace/commands';
import { keyText } from '../workspace/key-path';
import { leavesOf } from '../workspace/keyed-leaves';
import type { StageOptions } from '../workspace/options';

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
  const refuse = (what: string, fix: string): Ownership => ({
    kind: 'refused',
    problem: { what, where: path, fix },
  });
  const recipients = file.metadata.groups.flat();
  const keys = recipients.flatMap((recipient) => {
    const key = recipient.kind === 'kms' ? parseKeyArn(recipient.arn) : undefined;
    return recipient.kind === 'kms' && key ? [{ key, context: recipient.context }] : [];
  });

  const other = keys.find(({ key }) => key.resource !== names.keyAlias && owners.has(key.resource));
  if (other) {
    return refuse(
      `the file can be opened with ${other.key.resource}, the key of ${owners.get(other.key.resource)}`,
      `Was it copied? Then make it again under its own key:\n${makeAgain(file, names, path)}`,
    );
  }
  // A file may name an alias of that name elsewhere, too; the one where nx.json has the stage is meant.
  const named = keys.filter(({ key }) => key.resource === names.keyAlias);
  const own = named.find(({ key }) => isAt(key, stage)) ?? named[0];
  if (!own) {
    return refuse(
      `the file is not encrypted with the key of its service and stage, ${names.keyAlias}`,
      `If its values are this service's own: make .sops.yaml name that key, then:\n${updateKeys(path)}\nIf it was copied, make it again under its own key:\n${makeAgain(file, names, path)}`,
    );
  }
  const stranger = keys.find(({ context }) => contextMismatch(context, names) !== undefined);
  if (stranger) {
    const name = contextMismatch(stranger.context, names) ?? '';
    return refuse(
      `its encryption context says ${name} "${stranger.context?.[name] ?? ''}"`,
      `The context of a file of ${names.service}, stage ${names.stage}, names these two. Make it again:\n${makeAgain(file, names, path)}`,
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
