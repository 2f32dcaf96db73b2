/** The partition that a region belongs to. Source: AWS General Reference, "ARN partitions". */
export const partitionOf = (region: string): string =>
  region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
