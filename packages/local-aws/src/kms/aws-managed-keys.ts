import { partitionOf } from '../arn';
import type { KmsKey } from '../store/model';
import type { RegionStore } from '../store/account-store';
import { newKey } from './key-record';

/** Services with a key of their own (`alias/aws/<service>`), and what AWS calls it. */
const services = {
  secretsmanager: {
    description: 'Default key that protects my secrets when no other key is defined',
    policyId: 'auto-secretsmanager-2',
  },
  ssm: {
    description: 'Default key that protects my SSM parameters when no other key is defined',
    policyId: 'auto-ssm-1',
  },
} as const;

export type ManagingService = keyof typeof services;

/** The service behind the alias of an AWS managed key, or `undefined`. */
export function managingService(aliasName: string): ManagingService | undefined {
  const names = Object.keys(services) as readonly ManagingService[];
  return names.find((service) => aliasName === `alias/aws/${service}`);
}

/** The AWS managed key of a service, made when first needed, as AWS does. */
export function awsManagedKey(store: RegionStore, service: ManagingService, now: number): KmsKey {
  const name = `alias/aws/${service}`;
  const alias = store.aliases.get(name);
  const known = alias && store.keys.get(alias.targetKeyId);
  if (known !== undefined) return known;
  const created = newKey(store, now, {
    manager: 'AWS',
    description: services[service].description,
    policy: servicePolicy(store, service),
  });
  store.keys.put(created.id, created);
  store.aliases.put(name, { name, targetKeyId: created.id, createdAt: now, updatedAt: now });
  return created;
}

function servicePolicy(store: RegionStore, service: ManagingService): string {
  const viaService = {
    StringEquals: {
      'kms:CallerAccount': store.account,
      'kms:ViaService': `${service}.${store.region}.amazonaws.com`,
    },
  };
  const own = { Effect: 'Allow', Resource: '*' };
  return JSON.stringify({
    Version: '2012-10-17',
    Id: services[service].policyId,
    Statement: [
      {
        ...own,
        Principal: { AWS: '*' },
        Action: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
        Condition: viaService,
      },
      {
        ...own,
        Principal: { AWS: `arn:${partitionOf(store.region)}:iam::${store.account}:root` },
        Action: ['kms:Describe*', 'kms:Get*', 'kms:List*'],
      },
    ],
  });
}
