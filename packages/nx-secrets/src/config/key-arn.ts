/** The parts of a KMS ARN. */
export interface KeyArn {
  readonly arn: string;
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
  /** `alias/name` or `key/id`. */
  readonly resource: string;
}

/** Takes a KMS ARN apart, or gives undefined for any other text. Source: sops `kms/keysource.go`, the pattern it accepts. */
export function parseKeyArn(arn: string): KeyArn | undefined {
  const match = /^arn:(aws[\w-]*):kms:([a-z0-9-]+):([0-9]{12}):((?:key|alias)\/[a-zA-Z0-9/_-]+)$/.exec(arn);
  const [, partition = '', region = '', accountId = '', resource = ''] = match ?? [];
  return match ? { arn, partition, region, accountId, resource } : undefined;
}
