import { getValue, type EncryptedFile, type Format, type Leaf } from 'sops-codec';
import type { Caller } from '../../aws/caller';
import { throwProblem } from '../../problem';
import {
  planFor,
  withList,
  type ImportedFile,
  type ImportFile,
  type ImportRequest,
} from '../../import/apply';
import { rollingOut } from '../../policies/roll-out';
import { assertOwnAccount, assertRewritable } from '../../secret-file/assert-rewritable';
import { keyText } from '../../secret-file/key-path';
import { pathEnds, type PathEnd } from '../../secret-file/leaves';
import { pendingValuesIn, sameKeys, withoutPendingValues } from '../../secret-file/pending-values';
import { takeSetFromList } from '../../secret-file/read-keys-to-set';
import { placedAsync, readSecretFile, whileLocked, writeSecretFile } from '../../secret-file/read-write';
import { addPendingLeaf } from '../set/add-pending-value';

/**
 * Puts imported values into a file that whoever runs this may encrypt for and not decrypt: each becomes a pending value, as
 * `set` adds it. Keys that the file has already stay, since nobody here can tell whether they have the same value; a
 * pending value of somebody is replaced where `--overwrite` names it.
 *
 * @param readers ARNs of those who may open the stage's files; undefined where nx.json says none
 * @throws ProblemError where one cannot be added; nothing is written then
 */
export async function addToUnopened(
  target: ImportFile,
  request: ImportRequest,
  caller: Caller,
  { dryRun, readers }: { readonly dryRun: boolean; readonly readers: readonly string[] | undefined },
): Promise<ImportedFile> {
  const { workspaceRoot, path, output } = target;
  const run = async (): Promise<ImportedFile> => {
    const { file } = await readSecretFile(workspaceRoot, path);
    const own = await assertRewritable(file, target);
    await assertOwnAccount(own, target, caller.account);
    const { format } = file;
    const planned = planFor([], request, format, { ...target, rule: file.metadata.rule });
    const changes = { added: [] as string[], replaced: [] as string[], unchanged: [], kept: [] as string[] };
    let changed = file;
    for (const { key, keys, leaf } of leavesToAdd(planned.documents.flatMap(pathEnds), format, path)) {
      const isPending = pendingValuesIn(changed.documents, path).some((one) => sameKeys(one.keys, keys));
      const isReplaced = isPending && planned.named.has(key);
      if (!isReplaced && !planned.named.has(key) && (isPending || isInFile(changed, keys))) {
        changes.kept.push(key);
        continue;
      }
      const before = isReplaced ? withoutPending(changed, keys, path) : changed;
      const given = { keys, key, output, stage: target.names.stage, path, readers };
      changed = await rollingOut('developer', target, () =>
        placedAsync(path, () => addPendingLeaf(before, given, leaf, caller.keyring)),
      );
      changes[isReplaced ? 'replaced' : 'added'].push(key);
    }
    const { normalised, notes } = planned;
    const done = { changes, normalised, isUnopened: true, notes: [...notes, ...unopenedNotes(changes.kept)] };
    if (dryRun) return done;
    if (changed !== file) await writeSecretFile(workspaceRoot, path, changed);
    return withList(done, await takeSetFromList(workspaceRoot, path, changed));
  };
  return dryRun ? run() : whileLocked(workspaceRoot, path, run);
}

const unopenedNotes = (kept: readonly string[]): readonly string[] => [
  'This identity cannot decrypt the file: the values were added as pending values, without comments; the next sync pushes them.',
  ...(kept.length === 0
    ? []
    : [
        'Whether kept keys have the same value is unknown: somebody who can decrypt the file can import them.',
      ]),
];

const withoutPending = (file: EncryptedFile, keys: readonly string[], path: string): EncryptedFile => ({
  ...file,
  documents: withoutPendingValues(file.documents, path, (one) => sameKeys(one.keys, keys)),
});

/** Whether the file has a value there; a mapping on the way to it is none. */
const isInFile = ({ documents }: EncryptedFile, keys: readonly string[]): boolean =>
  keys.some((_, index) => {
    const value = getValue(documents, keys.slice(0, index + 1));
    return value !== undefined && !(value.kind === 'map' && index + 1 < keys.length);
  });

interface LeafToAdd {
  readonly key: string;
  readonly keys: readonly string[];
  readonly leaf: Exclude<Leaf, { readonly kind: 'bytes' }>;
}

function leavesToAdd(ends: readonly PathEnd[], format: Format, where: string): readonly LeafToAdd[] {
  return ends.map(({ keys, path, value }) => {
    const key = keyText(keys, format);
    const { kind } = value;
    if (kind === 'map' || kind === 'list' || kind === 'bytes' || path.length > keys.length)
      return throwProblem({
        code: 'cannotAddUnopened',
        what: `this identity cannot decrypt the file, and ${key} is a list or has no text, which cannot be added without decrypting it`,
        where,
        fix: 'Ask somebody who can decrypt the file to run this import, or leave the key out of the source.',
      });
    return { key, keys, leaf: value };
  });
}
