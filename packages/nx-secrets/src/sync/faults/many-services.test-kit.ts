import { CreateAliasCommand, CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { createKeyring, encrypt, readPlain, serialize, type Keyring } from 'sops-codec';
import type { SyncRequest } from '../run-sync';
import { account, region, useAwsWorkspace } from '../../testing/aws-workspace.test-kit';

/** A workspace with many services, each with a secret file of one value, committed; nothing is in AWS but keys. */
export function useManyServices(count: number) {
  const workspace = useAwsWorkspace();
  const services = Array.from({ length: count }, (_, index) => `service-${String(index).padStart(3, '0')}`);
  const roots = services.map((service) => `services/${service}`);

  beforeEach(async () => {
    const kms = new KMSClient({ endpoint: workspace.aws().endpoint });
    const keyring = createKeyring({ awsKms: { clientFor: async () => kms } });
    // One key behind all aliases: what is tried here does not depend on whose it is.
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    for (const service of services) {
      const alias = { AliasName: `alias/${service}-dev`, TargetKeyId: KeyMetadata?.KeyId };
      await kms.send(new CreateAliasCommand(alias));
      await workspace.write(await filesOf(service, keyring));
    }
    kms.destroy();
    await workspace.commit();
    workspace.aws().resetCalls();
  });

  return {
    ...workspace,
    services,
    roots,
    sync: (more: Partial<SyncRequest> = {}) => workspace.sync(roots, more),
  };
}

async function filesOf(service: string, keyring: Keyring): Promise<Readonly<Record<string, string>>> {
  const arn = `arn:aws:kms:${region}:${account}:alias/${service}-dev`;
  const context = { service, stage: 'dev' };
  const groups = [[{ kind: 'kms' as const, arn, context, awsProfile: '' }]];
  const file = await encrypt(
    readPlain(`KEY: canary-${service}\n`, 'yaml'),
    { format: 'yaml', groups },
    keyring,
  );
  const rule = { path_regex: '^secrets/dev\\.enc\\.', key_groups: [{ kms: [{ arn, context }] }] };
  return {
    [`services/${service}/.sops.yaml`]: JSON.stringify({ creation_rules: [rule] }),
    [`services/${service}/secrets/dev.enc.yaml`]: Buffer.from(serialize(file)).toString('utf8'),
  };
}
