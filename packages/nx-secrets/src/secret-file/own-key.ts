import { decrypt, type DecryptedFile, type EncryptedFile, type Keyring, type WrappedKey } from 'sops-codec';
import { throwProblem, type Problem } from '../problem';
import { shellWord, updateKeys } from '../config/commands';
import { neededGroups } from './needed-groups';

/**
 * The KMS key of a service's stage, by the ARN of its alias. SOPS authenticates no metadata: whoever can commit may name
 * any recipient in a file, with a data key of their choice. Only a data key that this key unwraps is the service's.
 */
export interface OwnKey {
  readonly arn: string;
  readonly service: string;
  readonly stage: string;
}

/** Whether an encryption context, where a file has one, names the service and stage. */
export const contextMismatch = (
  context: Readonly<Record<string, string>> | undefined,
  own: Pick<OwnKey, 'service' | 'stage'>,
): 'service' | 'stage' | undefined =>
  (['service', 'stage'] as const).find(
    (name) => context !== undefined && Object.hasOwn(context, name) && context[name] !== own[name],
  );

/**
 * Decrypts a file with the stage's own key and with nothing else, whatever recipients the file names. The role and the
 * profile that a file names are not used either.
 *
 * @param file with several key groups, it opens only where the own key is in as many of them as are needed
 * @param keyring asked for the own key's entries only
 * @param path of the file, for messages
 * @throws ProblemError where the own key does not suffice; SopsError where KMS, a value or the MAC refuses
 */
export async function decryptWithOwnKey(
  file: EncryptedFile,
  own: OwnKey,
  keyring: Keyring,
  path: string,
): Promise<DecryptedFile> {
  const { metadata } = file;
  const groups = metadata.groups.map((group) => group.flatMap((entry) => ownEntry(entry, own)));
  const opened = groups.filter((group) => group.length > 0).length;
  if (opened === 0) throwProblem(notWrapped(own, path));
  const needed = neededGroups(metadata);
  if (opened < needed) throwProblem(tooFewShares(own, opened, needed, path));
  const decrypted = await decrypt({ ...file, metadata: { ...metadata, groups } }, keyring);
  return { ...decrypted, metadata, encrypted: file };
}

function ownEntry(entry: WrappedKey, own: OwnKey): readonly WrappedKey[] {
  if (entry.kind !== 'kms' || entry.arn !== own.arn || contextMismatch(entry.context, own)) return [];
  const { arn, context, enc } = entry;
  return [{ kind: 'kms', arn, enc, awsProfile: '', ...(context === undefined ? {} : { context }) }];
}

const notWrapped = ({ arn }: OwnKey, path: string): Problem => ({
  code: 'notOwnKey',
  what: `the data key is not encrypted with the stage's own key, ${arn}`,
  where: path,
  fix: `Check out an earlier revision that was encrypted with this key:\ngit log --oneline -- ${shellWord(path)}\ngit checkout <commit> -- ${shellWord(path)}`,
});

const tooFewShares = ({ arn }: OwnKey, opened: number, needed: number, path: string): Problem => ({
  code: 'ownKeyInsufficient',
  what: `${needed} of the file's key groups are needed to decrypt it, and ${arn} is in ${opened}; the stage's own key must be enough`,
  where: path,
  fix: `Put all recipients into one key group in .sops.yaml, then:\n${updateKeys(path)}`,
});
