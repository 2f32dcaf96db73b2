import { withDataKey, type Keyring } from 'sops-codec';
import { decryptWithPending } from '../secret-file/decrypt-with-pending';
import {
  createSecret,
  moveLabel,
  overwrittenLabel,
  putStagedVersion,
  replicateSecret,
  restoreSecret,
  setTags,
  stagedLabel,
  updateSecret,
  type SecretValue,
} from '../aws/secrets-manager/secrets';
import type { Clients } from '../aws/clients';
import { assertAccount } from '../aws/identity';
import { keyArnIn } from '../config/stage-key';
import { placedAsync } from '../secret-file/read-write';
import { adoptedValue } from './adopt-value';
import { readRemote } from './remote';
import { secretValue } from '../secret-file/payload';
import { repairNote } from './repair-text';
import type { Action, Deployment, Desired, Outcome, Repairs } from './states';
import type { LabelMove } from '../aws/secrets-manager/remote-secret';

/** What applying an action needs. */
export interface ApplyContext {
  readonly clients: Clients;
  readonly keyring: Keyring;
  /** The account of the identity in use. */
  readonly account: (on: string) => Promise<string>;
}

/** What applying an action came to. */
export type Applied = Outcome | Moved;

/**
 * Somebody else moved between the look and the write: look and plan again. It may have been this run, where the answer
 * to its move was lost on the way: then `tried` is what it did.
 */
export interface Moved {
  readonly kind: 'moved';
  readonly tried?: 'updated' | 'promoted';
}

/**
 * Carries an action out. Only a file that is pushed is decrypted.
 *
 * @throws ProblemError or SopsError where AWS or the file refuses
 */
export async function apply(action: Action, desired: Desired, context: ApplyContext): Promise<Applied> {
  switch (action.kind) {
    case 'unchanged':
      return { kind: 'unchanged' };
    case 'refuse':
      return { kind: 'failed', problem: action.problem };
    case 'repair':
      await restore(action.repairs, desired, context);
      await rekey(action.repairs, desired, context);
      await mark(action.repairs, desired, context);
      await replicate(action.repairs, desired, context);
      return { kind: 'repaired', note: repairNote(action.repairs) };
    case 'create':
      return create(desired, context);
    case 'update': {
      // Opened before anything is written: what cannot be pushed changes nothing.
      const value = await valueFor(action, desired, context);
      await restore(action.repairs, desired, context);
      // Under its own key before the value goes there; a version that waits without AWSCURRENT is not re-keyed by AWS.
      await rekey(action.repairs, desired, context);
      const put = await putVersion(desired, value, context);
      if (put === 'deployed')
        return { kind: 'moved', ...(action.from === undefined ? { tried: 'updated' } : {}) };
      if (!(await promoteVersion(action, put, desired, context))) return { kind: 'moved', tried: 'updated' };
      await mark(action.repairs, desired, context);
      await replicate(action.repairs, desired, context);
      return { kind: 'updated', ...noteOf(action.repairs, action.compare) };
    }
    case 'promote':
      if (action.compare) await valueFor(action, desired, context);
      await restore(action.repairs, desired, context);
      if (!(await promoteVersion(action, 'old', desired, context)))
        return { kind: 'moved', tried: 'promoted' };
      await rekey(action.repairs, desired, context);
      await mark(action.repairs, desired, context);
      await replicate(action.repairs, desired, context);
      return { kind: 'promoted', ...noteOf(action.repairs, action.compare) };
  }
}

/**
 * The value that a deployment puts: the file's, or where somebody else's secret is taken over, the one that is deployed.
 *
 * @throws ProblemError where the file cannot be pushed, or what is deployed says something else
 */
export async function valueFor(
  { from, compare }: Deployment,
  desired: Desired,
  { clients, keyring }: Pick<ApplyContext, 'clients' | 'keyring'>,
): Promise<SecretValue> {
  const value = await openValue(desired, keyring);
  return compare && from !== undefined ? adoptedValue(from, value, desired, clients) : value;
}

/**
 * Puts the version, staged.
 *
 * @returns `deployed` where it is that already: a secret's first version is current at once; else another run of this
 *   commit was faster, and what was seen is no longer so, even where AWSCURRENT is where it was (it moved there again by a
 *   revert). `old` where it was there, without a label: its date is that of its first put.
 */
async function putVersion(
  { names, token }: Desired,
  value: SecretValue,
  { clients }: ApplyContext,
): Promise<'new' | 'old' | 'deployed'> {
  const labels = await putStagedVersion(clients, names.secretName, token, value);
  if (labels.includes('AWSCURRENT') || labels.includes('AWSPREVIOUS')) return 'deployed';
  return labels.includes(stagedLabel) ? 'new' : 'old';
}

/**
 * Moves AWSCURRENT. Where an --overwrite goes to an old version, what it replaces is labelled before: dates do not show
 * that it was replaced. What an earlier one has labelled loses the label afterwards.
 *
 * @returns false where somebody else moved a label meanwhile
 */
async function promoteVersion(
  { from, overwritten }: Pick<Deployment, 'from' | 'overwritten'>,
  version: 'new' | 'old',
  { names, token }: Desired,
  { clients }: ApplyContext,
): Promise<boolean> {
  const { secretName } = names;
  const move = (label: string, labelMove: LabelMove) => moveLabel(clients, secretName, label, labelMove);
  const isMarked = overwritten?.to !== undefined && version === 'old';
  if (isMarked && !(await move(overwrittenLabel, overwritten))) return false;
  if (!(await move('AWSCURRENT', { from, to: token }))) return false;
  // Where another run was faster, the label is where that one wants it.
  if (!isMarked && overwritten?.from !== undefined)
    await move(overwrittenLabel, { from: overwritten.from, to: undefined });
  return true;
}

/**
 * Creates the secret. Secrets Manager ignores a CreateSecret whose version exists already, and answers as if it had
 * made the secret: only another look tells whether this value is the current one. (AWS may not show yet what it has made.)
 */
async function create(desired: Desired, context: ApplyContext): Promise<Applied> {
  const { clients, keyring, account } = context;
  const { names, path, scope, token, tags, keyArn, description } = desired;
  assertAccount(await account(names.secretName), scope.accountId, path);
  const made = await createSecret(clients, {
    name: names.secretName,
    keyArn,
    token,
    value: await openValue(desired, keyring),
    tags,
    description,
  });
  if (!made) return { kind: 'moved' };
  const remote = await readRemote(clients, desired);
  if (remote.kind === 'present' && remote.current !== token) return { kind: 'moved' };
  await replicate({ replicas: desired.replicaRegions }, desired, context);
  return { kind: 'created' };
}

async function openValue(
  { names, keyArn, file, path, output }: Desired,
  keyring: Keyring,
): Promise<SecretValue> {
  const own = { arn: keyArn, service: names.service, stage: names.stage };
  const opened = placedAsync(path, () => decryptWithPending(file, own, keyring, path));
  return withDataKey(opened, ({ documents }) => secretValue(documents, file.format, output, path));
}

async function restore({ restore }: Repairs, { names }: Desired, { clients }: ApplyContext): Promise<void> {
  if (restore) await restoreSecret(clients, names.secretName);
}

async function rekey({ key }: Repairs, { names, keyArn }: Desired, { clients }: ApplyContext): Promise<void> {
  if (key !== undefined) await updateSecret(clients, names.secretName, { keyArn });
}

/** Tags and description come last: a secret taken over is not managed before its value is the file's. */
async function mark(
  { tags, description }: Repairs,
  { names }: Desired,
  { clients }: ApplyContext,
): Promise<void> {
  if (description !== undefined) await updateSecret(clients, names.secretName, { description });
  if (tags) await setTags(clients, names.secretName, tags);
}

/** The secret is replicated once its value is there; AWS keeps the replicas up to date from then on. */
async function replicate(
  { replicas = [] }: Pick<Repairs, 'replicas'>,
  { names, scope }: Desired,
  { clients }: ApplyContext,
): Promise<void> {
  if (replicas.length === 0) return;
  const keyIn = (region: string) => keyArnIn(region, scope.accountId, names);
  await replicateSecret(
    clients,
    names.secretName,
    new Map(replicas.map((region) => [region, keyIn(region)])),
  );
}

/** @param isSame what was deployed said the same */
const noteOf = (repairs: Repairs, isSame = false): { readonly note?: string } => {
  const note = [isSame ? 'the value stays' : '', repairNote(repairs)].filter(Boolean).join('; ');
  return note === '' ? {} : { note };
};
