import type { KeyPair } from './key-pair';
import { parse, type Format } from 'sops-codec';
import { keyIdIn } from '../../aws/arn';
import type { Clients } from '../../aws/clients';
import { aliasesOf, type Key } from '../../aws/kms/keys';
import { labelledVersions, type LabelledVersion } from '../../aws/secrets-manager/list-secret-versions';
import { describeSecret } from '../../aws/secrets-manager/secrets';
import { followedChanges } from '../../git/changes';
import { uncommittedAmong } from '../../git/repository';
import { openObjects } from '../../git/objects';
import { updateKeys } from '../../config/commands';
import { parseSecretFile } from '../../config/secret-file-name';
import { readSecretFile } from '../../secret-file/read-write';
import { namedFor, type KeyUses } from '../deletion-guard';
import type { DesiredKey } from '../states';
import type { FileOfKey } from './re-encrypt';
import { usesOfReplicas } from './replica-uses';

/** What is asked besides. */
export interface UseQuestions {
  /** Revisions in Git's history count, too. */
  readonly history: boolean;
  /** The file as it is in Git counts, too: somebody else's checkout has that one. */
  readonly committed: boolean;
}

/**
 * What still needs the old key after a replacement. The file that is here was re-encrypted by then.
 *
 * @throws ProblemError where AWS refuses to say
 */
export async function usesOfOldKey(
  clientsIn: (region: string) => Clients,
  { names, scope, foreignKeys }: DesiredKey,
  { key, old }: KeyPair,
  { workspaceRoot, path, own }: FileOfKey,
  { history, committed }: UseQuestions,
): Promise<KeyUses> {
  const clients = clientsIn(scope.region);
  const [aliases, secret, versions, replicas, uncommitted, named, revisions] = await Promise.all([
    aliasesOf(clients, old.id),
    describeSecret(clients, names.secretName),
    labelledVersions(clients, names.secretName),
    usesOfReplicas(clientsIn, names, { key, old }),
    committed ? uncommittedAmong(workspaceRoot, [path]) : new Set<string>(),
    namesKey(workspaceRoot, path, old),
    history ? revisionsUnder(workspaceRoot, path, own.arn, key) : 0,
  ]);
  return {
    aliases: [...aliases, ...replicas.aliases],
    files: [
      ...(uncommitted.has(path) ? [`${path} as committed (commit your version)`] : []),
      ...(named
        ? [`${path}, which names it by its ARN (remove it from .sops.yaml, then: ${updateKeys(path)})`]
        : []),
      ...(revisions > 0
        ? [`${revisions} ${revisions === 1 ? 'revision' : 'revisions'} of ${path} in Git's history`]
        : []),
    ],
    secrets: [
      ...(secret.kind === 'present' && [old.id, old.arn].includes(secret.kmsKeyId ?? '')
        ? [`${names.secretName}, which names it (the next sync corrects that)`]
        : []),
      ...versionsNeeding(versions, { key, old }).map(
        ({ labels, id }) =>
          `${names.secretName}, version ${id.slice(0, 12)}… (${labels.join(', ')})${until(labels)}`,
      ),
      ...replicas.secrets,
    ],
    named: namedFor(foreignKeys, old),
  };
}

/** AWSPREVIOUS moves on with the next push of another value. Source: Secrets Manager API, PutSecretValue. */
const until = (labels: readonly string[]): string =>
  labels.length === 1 && labels[0] === 'AWSPREVIOUS' ? ' until the next value is pushed' : '';

/**
 * The versions of a secret that only an old key opens, or that perhaps it does: where another key than these two is named
 * by an alias, nobody can tell which that was. A version of an even older key does not need this one.
 */
export const versionsNeeding = (
  versions: readonly LabelledVersion[],
  { key, old }: KeyPair,
): readonly LabelledVersion[] =>
  versionsWithout(versions, key).filter(
    ({ keys }) =>
      keys.length === 0 ||
      keys.some((name) => name === old.id || name.endsWith(`:key/${old.id}`) || keyIdIn(name) === undefined),
  );

/** The versions of a secret that a key does not open. */
export const versionsWithout = (
  versions: readonly LabelledVersion[],
  { arn, id }: Pick<Key, 'arn' | 'id'>,
): readonly LabelledVersion[] => versions.filter(({ keys }) => !keys.includes(arn) && !keys.includes(id));

/** Whether a file names a key by its id: in its own region, or as a replica in another one. */
async function namesKey(workspaceRoot: string, path: string, { id }: Pick<Key, 'id'>): Promise<boolean> {
  const { file } = await readSecretFile(workspaceRoot, path);
  return file.metadata.groups
    .flat()
    .some((recipient) => recipient.kind === 'kms' && recipient.arn.endsWith(`:key/${id}`));
}

/** How many contents of a file in Git were wrapped by the alias before it pointed at the new key. */
async function revisionsUnder(
  workspaceRoot: string,
  path: string,
  aliasArn: string,
  { createdAt }: Key,
): Promise<number> {
  const format = parseSecretFile(path.slice(path.lastIndexOf('/') + 1))?.format;
  if (!format) return 0;
  const objects = openObjects(workspaceRoot);
  try {
    const ids = new Set<string>();
    for await (const { after } of followedChanges(workspaceRoot, path)) if (after) ids.add(after);
    // The file says it in seconds.
    const made = Math.floor(createdAt / 1000) * 1000;
    let older = 0;
    for (const id of ids) {
      const time = wrappedAt(await objects.read(id), format, aliasArn);
      if (time !== undefined && time < made) older += 1;
    }
    return older;
  } finally {
    await objects.close();
  }
}

/** When a content's data key was wrapped by the alias; undefined where it was not, or cannot be read. */
function wrappedAt(bytes: Uint8Array | undefined, format: Format, aliasArn: string): number | undefined {
  try {
    const recipients = bytes ? parse(bytes, format).metadata.groups.flat() : [];
    const own = recipients.find((recipient) => recipient.kind === 'kms' && recipient.arn === aliasArn);
    return own?.createdAt === undefined ? undefined : Date.parse(own.createdAt);
  } catch {
    return undefined;
  }
}
