/** The parts of `arn:partition:service:region:account:resource`; the resource keeps its colons. */
export interface Arn {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly account: string;
  readonly resource: string;
}

/** Takes an ARN apart; `undefined` for anything that is not one. */
export function parseArn(value: string): Arn | undefined {
  const match = /^arn:([a-z-]+):([a-z0-9-]+):([a-z0-9-]*):(\d{12}|):(.+)$/s.exec(value);
  if (match === null) return undefined;
  const [, partition = '', service = '', region = '', account = '', resource = ''] = match;
  return { partition, service, region, account, resource };
}

/** The partition that a region belongs to. */
export function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

/** The ARN of a regional resource of a service. */
export function regionalArn(
  service: string,
  where: { readonly account: string; readonly region: string },
  resource: string,
): string {
  return `arn:${partitionOf(where.region)}:${service}:${where.region}:${where.account}:${resource}`;
}
