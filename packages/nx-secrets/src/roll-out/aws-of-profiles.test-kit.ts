import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { awsCommand } from '../testing/aws-command.test-kit';
import { within } from '../testing/within.test-kit';
import { signIns } from './accounts.test-kit';
import type { company } from './company.test-kit';

interface Place {
  readonly directory: string;
  readonly read: (path: string) => string;
  readonly company: ReturnType<typeof company>;
}

const accountOf = (profile: string) => signIns[profile as keyof typeof signIns].account;
export const optionOf = (words: readonly string[], name: string): string => {
  const index = words.indexOf(`--${name}`);
  const value = words[index + 1];
  if (index < 0 || value === undefined) throw new Error(`no --${name}: ${words.join(' ')}`);
  return value;
};

/** `aws kms describe-key … --query KeyMetadata.KeyId --output text` */
export const keyId = (words: readonly string[]): Promise<string> =>
  within({ AWS_PROFILE: optionOf(words, 'profile') }, async () => {
    expect([optionOf(words, 'query'), optionOf(words, 'output')]).toEqual(['KeyMetadata.KeyId', 'text']);
    const kms = new KMSClient({ region: optionOf(words, 'region') });
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: optionOf(words, 'key-id') }));
    kms.destroy();
    return KeyMetadata?.KeyId ?? '';
  });

/** An `aws` command, by the profile that it or the environment names. */
export const awsAs = async (
  words: readonly string[],
  { directory, read, company: ours }: Place,
): Promise<void> => {
  const option = (name: string) => optionOf(words, name);
  const profile = words.includes('--profile') ? option('profile') : process.env['AWS_PROFILE'];
  const account = () => accountOf(profile ?? '');
  switch (words.slice(0, 2).join(' ')) {
    case 'iam create-open-id-connect-provider':
      expect(option('client-id-list')).toBe('sts.amazonaws.com');
      return ours.createProvider(account(), option('url'));
    case 'cloudformation deploy':
      expect(option('capabilities')).toBe('CAPABILITY_NAMED_IAM');
      return ours.deploy(account(), option('stack-name'), read(option('template-file')));
    case 'sso-admin attach-customer-managed-policy-reference-to-permission-set':
      return ours.refer(
        option('permission-set-arn'),
        option('customer-managed-policy-reference').replace('Name=', ''),
      );
    case 'identitystore delete-group-membership':
      return ours.unassign(option('membership-id'));
    case 'sso-admin provision-permission-set':
      expect(option('target-type')).toBe('ALL_PROVISIONED_ACCOUNTS');
      return ours.provisionSet(option('permission-set-arn'));
    default: {
      const index = words.indexOf('--profile');
      const others = index < 0 ? words : words.toSpliced(index, 2);
      return within(profile === undefined ? {} : { AWS_PROFILE: profile }, () =>
        awsCommand(others, directory),
      );
    }
  }
};
