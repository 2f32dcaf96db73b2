import { decrypt, type Keyring } from 'sops-codec';
import {
  createSecret,
  moveCurrent,
  putStagedVersion,
  restoreSecret,
  setTags,
  updateSecret,
  type SecretValue,
} from '../aws/secrets-manager';
import type { Clients } from '../aws/clients';
import { placedAsync } from '../workspace/secret-file-io';
import { refuseAccount } from './remote';
import { secretValue } from './secret-value';
import type { Action, Desired, Outcome, Repairs } from './states';

/** What applying an action needs. */
export interface Hands {
  readonly clients: Clients;
  readonly keyring: Keyring;
  /** The account of the identity in use. */
  readonly account: (on: string) => Promise<string>;
}

/** Somebody else moved between the look and the write: look and plan again. */
export type Applied = Outcome | { readonly kind: 'moved' };

/**
 * Carries an action out. Only a file that is pushed is decrypted.
 *
 * @throws ProblemError or SopsError where AWS or the file refuses
 */
export async function apply(action: Action, desired: Desired, hands: Hands): Promise<Applied> {
  const { names, token } = desired;
  switch (action.kind) {
    case 'unchanged':
      return { kind: 'unchanged' };
    case 'refuse':
      return { kind: 'failed', problem: action.problem };
    case 'repair':
      await restore(action.repairs, desired, hands);
      await rekey(action.repairs, desired, hands);
      await mark(action.repairs, desired, hands);
      return { kind: 'repaired', note: repairNote(action.repairs) };
    case 'create':
      return create(desired, hands);
    case 'update':
    case 'promote': {
      const { repairs } = action;
      const { secretName } = names;
      await restore(repairs, desired, hands);
      if (action.kind === 'update') {
        // Under its own key before the value goes there; a version that waits without AWSCURRENT is not re-keyed by AWS.
        await rekey(repairs, desired, hands);
        await putStagedVersion(hands.clients, secretName, token, await openValue(desired, hands.keyring));
      }
      const move = { to: token, from: action.from };
      if (!(await moveCurrent(hands.clients, secretName, move))) return { kind: 'moved' };
      if (action.kind === 'promote') await rekey(repairs, desired, hands);
      await mark(repairs, desired, hands);
      const note = repairNote(repairs);
      return { kind: action.kind === 'update' ? 'updated' : 'promoted', ...(note ? { note } : {}) };
    }
  }
}

async function create(desired: Desired, { clients, keyring, account }: Hands): Promise<Applied> {
  const { names, path, scope, token, tags, keyArn, description } = desired;
  refuseAccount(await account(names.secretName), scope.accountId, path);
  const made = await createSecret(clients, {
    name: names.secretName,
    keyArn,
    token,
    value: await openValue(desired, keyring),
    tags,
    description,
  });
  return { kind: made ? 'created' : 'moved' };
}

async function openValue({ file, path, output }: Desired, keyring: Keyring): Promise<SecretValue> {
  const opened = await placedAsync(path, () => decrypt(file, keyring));
  opened.dataKey.fill(0);
  return secretValue(opened.documents, file.format, output, path);
}

async function restore({ restore }: Repairs, { names }: Desired, { clients }: Hands): Promise<void> {
  if (restore) await restoreSecret(clients, names.secretName);
}

async function rekey({ key }: Repairs, { names, keyArn }: Desired, { clients }: Hands): Promise<void> {
  if (key !== undefined) await updateSecret(clients, names.secretName, { keyArn });
}

/** Tags and description come last: a secret taken over is not managed before its value is the file's. */
async function mark({ tags, description }: Repairs, { names }: Desired, { clients }: Hands): Promise<void> {
  if (description !== undefined) await updateSecret(clients, names.secretName, { description });
  if (tags) await setTags(clients, names.secretName, tags);
}

/** What was repaired, for the report; empty where nothing was. */
export const repairNote = ({ restore, key, tags, description }: Repairs): string =>
  [
    restore ? 'was scheduled for deletion' : '',
    key === undefined ? '' : `key was ${key}`,
    tags ? `tags ${Object.keys(tags).join(', ')}` : '',
    description === undefined ? '' : 'description',
  ]
    .filter(Boolean)
    .join('; ');
