import {
  CreateAliasCommand,
  CreateKeyCommand,
  DeleteAliasCommand,
  DisableKeyCommand,
  GetKeyPolicyCommand,
  PutKeyPolicyCommand,
  ReplicateKeyCommand,
  ScheduleKeyDeletionCommand,
  UntagResourceCommand,
  UpdateAliasCommand,
  UpdateKeyDescriptionCommand,
} from '@aws-sdk/client-kms';
import {
  RemoveRegionsFromReplicationCommand,
  ReplicateSecretToRegionsCommand,
  StopReplicationToReplicaCommand,
} from '@aws-sdk/client-secrets-manager';
import {
  alias,
  elsewhere,
  playChapter,
  secretName,
  there,
  type Drift,
  type DriftWorkspace,
} from './drift.test-kit';

const SecretId = secretName;
const remove: Drift = ({ at }) =>
  at().secrets.send(new RemoveRegionsFromReplicationCommand({ SecretId, RemoveReplicaRegions: [there] }));
const replicate = ({ at }: DriftWorkspace, Region: string, KmsKeyId?: string) =>
  at().secrets.send(
    new ReplicateSecretToRegionsCommand({
      SecretId,
      AddReplicaRegions: [{ Region, ...(KmsKeyId === undefined ? {} : { KmsKeyId }) }],
    }),
  );
const makeKeyThere = async ({ at }: DriftWorkspace) =>
  (await at(there).kms.send(new CreateKeyCommand({}))).KeyMetadata!.KeyId!;

playChapter('The replica of the secret', {
  'it is gone': remove,
  'one is in a region that nx.json does not name': (at) => replicate(at, elsewhere),
  'AWS could not make it': async (workspace) => {
    await remove(workspace);
    await replicate(workspace, there, 'alias/not-there');
  },
  'it is under another key': async (workspace) => {
    await remove(workspace);
    await replicate(workspace, there);
  },
  'it is a secret of its own': ({ at }) =>
    at(there).secrets.send(new StopReplicationToReplicaCommand({ SecretId })),
});

playChapter('The replica of the key', {
  'it is disabled': async ({ at, keyId }) =>
    at(there).kms.send(new DisableKeyCommand({ KeyId: await keyId() })),
  'its deletion is scheduled': async ({ at, keyId }) =>
    at(there).kms.send(new ScheduleKeyDeletionCommand({ KeyId: await keyId(), PendingWindowInDays: 7 })),
  'its alias is gone': ({ at }) => at(there).kms.send(new DeleteAliasCommand({ AliasName: alias })),
  'its alias is at another key': async (workspace) =>
    workspace
      .at(there)
      .kms.send(new UpdateAliasCommand({ AliasName: alias, TargetKeyId: await makeKeyThere(workspace) })),
  'it has a second alias': async ({ at, keyId }) =>
    at(there).kms.send(new CreateAliasCommand({ AliasName: 'alias/second', TargetKeyId: await keyId() })),
  'a tag of it is gone': async ({ at, keyId }) =>
    at(there).kms.send(new UntagResourceCommand({ KeyId: await keyId(), TagKeys: ['stage'] })),
  'its description is another': async ({ at, keyId }) =>
    at(there).kms.send(new UpdateKeyDescriptionCommand({ KeyId: await keyId(), Description: 'by hand' })),
  'its policy is another': async ({ at, keyId }) => {
    const KeyId = await keyId();
    const { Policy = '' } = await at(there).kms.send(new GetKeyPolicyCommand({ KeyId }));
    const wide = Policy.replace('"kms:Decrypt"', '"kms:*"');
    await at(there).kms.send(new PutKeyPolicyCommand({ KeyId, Policy: wide }));
  },
  'one is in a region that nx.json does not name': async ({ at, keyId }) =>
    at().kms.send(new ReplicateKeyCommand({ KeyId: await keyId(), ReplicaRegion: elsewhere })),
});
