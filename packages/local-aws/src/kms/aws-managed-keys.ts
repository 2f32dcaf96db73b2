import { partitionOf } from '../world/arn';
import type { KmsKey } from '../world/model';
import type { World } from '../world/universe';
import { newKey } from './key-record';

const services = ['secretsmanager'] as const;

/** Services with a key of their own (`alias/aws/<service>`). */
export type ManagingService = (typeof services)[number];

/** The service behind the alias of an AWS managed key, or `undefined`. */
export function managingService(aliasName: string): ManagingService | undefined {
  return services.find((service) => aliasName === `alias/aws/${service}`);
}

/** The AWS managed key of a service, made when first needed, as AWS does. */
export function awsManagedKey(world: World, service: ManagingService, now: number): KmsKey {
  const name = `alias/aws/${service}`;
  const alias = world.aliases.get(name);
  const known = alias && world.keys.get(alias.targetKeyId);
  if (known !== undefined) return known;
  const made = newKey(world, now, {
    manager: 'AWS',
    description: 'Default key that protects my secrets when no other key is defined',
    policy: servicePolicy(world, service),
  });
  world.keys.put(made.id, made);
  world.aliases.put(name, { name, targetKeyId: made.id, createdAt: now, updatedAt: now });
  return made;
}

function servicePolicy(world: World, service: ManagingService): string {
  const viaService = {
    StringEquals: {
      'kms:CallerAccount': world.account,
      'kms:ViaService': `${service}.${world.region}.amazonaws.com`,
    },
  };
  const own = { Effect: 'Allow', Resource: '*' };
  return JSON.stringify({
    Version: '2012-10-17',
    Id: `auto-${service}-2`,
    Statement: [
      {
        ...own,
        Principal: { AWS: '*' },
        Action: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
        Condition: viaService,
      },
      {
        ...own,
        Principal: { AWS: `arn:${partitionOf(world.region)}:iam::${world.account}:root` },
        Action: ['kms:Describe*', 'kms:Get*', 'kms:List*'],
      },
    ],
  });
}
