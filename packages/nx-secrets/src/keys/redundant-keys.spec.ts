import { createClients } from '../aws/clients';
import { describeKey } from '../aws/kms/keys';
import { createKey, setKeyDescription } from '../aws/kms/change-keys';
import { region, useAwsWorkspace } from '../testing/aws-workspace.test-kit';
import { desiredKey } from './desired-key.test-kit';
import { unusedDescriptionOf } from '../aws/tags';
import { scheduleRedundantKeyDeletion } from './redundant-keys';

const workspace = useAwsWorkspace();
const desired = desiredKey({ files: [] });

test('a key that another run took into use since it was listed is kept', async () => {
  const clients = createClients({ region });
  const settings = { tags: desired.tags, policy: JSON.stringify(desired.policy), multiRegion: false };
  const make = () => createKey(clients, { ...settings, description: unusedDescriptionOf(desired.names) });
  const [unused, taken] = [await make(), await make()];
  await setKeyDescription(clients, taken.id, desired.description);
  const gone = (key: typeof unused) =>
    scheduleRedundantKeyDeletion(clients, workspace.directory(), desired, key);
  await gone(unused);
  await expect(gone(taken)).rejects.toThrow('another run that started to use it');
  expect((await describeKey(clients, unused.id))?.state).toBe('PendingDeletion');
  expect((await describeKey(clients, taken.id))?.state).toBe('Enabled');
  clients.destroy();
});
