import { SopsError, type SopsErrorCode } from '../model/sops-error';
import { withoutMessage } from './cloud-sdk';

/**
 * The region of the ARN of a KMS key or alias. Source: sops `kms/keysource.go`.
 *
 * @throws SopsError `badRecipient` for what is not such an ARN
 */
export function regionOf(arn: string): string {
  const region = /^arn:aws[\w-]*:kms:(.+):[0-9]+:(?:key|alias)\/.+$/.exec(arn)?.[1];
  if (region !== undefined && /^[a-z0-9-]+$/.test(region)) return region;
  throw new SopsError('badRecipient', {
    what: 'not the ARN of a KMS key or alias',
    where: arn.slice(0, 120),
    fix: 'Write it as arn:aws:kms:<region>:<account>:key/<id> or …:alias/<name>; bare ids and aliases name no region.',
  });
}

/**
 * An error of KMS. Its message quotes names and is kept, but not for Encrypt, whose request carries the data key, nor for
 * an answer that cannot be parsed: the errors of the language quote it, and it may contain the data key.
 */
export function kmsError(action: string, arn: string, error: unknown): SopsError {
  const name = error instanceof Error ? error.name : 'Error';
  const quotes = action === 'kms:Decrypt' && !/^(Syntax|Type|Range)Error$/.test(name);
  const message = error instanceof Error && quotes ? error.message.slice(0, 300) : '';
  const { code, fix } = reasons.get(name) ?? {};
  return new SopsError(code ?? (isFromService(error) ? 'recipientFailed' : 'recipientUnreachable'), {
    what: `${action} failed: ${[name, message].filter(Boolean).join(': ')}`,
    where: arn,
    fix: fix?.(arn) ?? `Check the network, AWS_ENDPOINT_URL where it is set, and who you are:\n${identity}`,
    cause: withoutMessage(error),
  });
}

/** Whether a service answered; else it was not reached. */
const isFromService = (error: unknown): boolean => error instanceof Error && '$fault' in error;

interface Reason {
  readonly code: SopsErrorCode;
  /** @param arn of the key or alias */
  readonly fix: (arn: string) => string;
}

const identity = 'aws sts get-caller-identity';
const describeKey = (arn: string) =>
  `aws kms describe-key --region ${regionOf(arn)} --key-id ${shellWord(arn)}`;

/** An ARN comes from a file: a shell takes it for one word, and nothing else. */
const shellWord = (text: string): string =>
  /^[\w:/.-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

const accessDenied: Reason = {
  code: 'accessDenied',
  fix: () =>
    `Let the identity in use use the key, with this encryption context. Which one that is:\n${identity}`,
};
const invalidCredentials: Reason = {
  code: 'badCredentials',
  fix: () => 'The credentials are not valid: sign in again.',
};
const expiredCredentials: Reason = {
  code: 'badCredentials',
  fix: () => 'The credentials expired: sign in again.',
};

/** What the names of errors mean. Source: AWS KMS API Reference, "Common errors", Encrypt, Decrypt; AWS STS, AssumeRole */
const reasons: ReadonlyMap<string, Reason> = new Map([
  [
    'NotFoundException',
    {
      code: 'keyNotFound',
      fix: () => 'The key or alias does not exist in that account and region: create it, or correct the ARN.',
    },
  ],
  ['AccessDeniedException', accessDenied],
  ['AccessDenied', accessDenied],
  [
    'CredentialsProviderError',
    {
      code: 'badCredentials',
      fix: () =>
        'Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. Where the profile signs in by SSO:\naws sso login',
    },
  ],
  ['ExpiredTokenException', expiredCredentials],
  ['ExpiredToken', expiredCredentials],
  ['UnrecognizedClientException', invalidCredentials],
  ['InvalidClientTokenId', invalidCredentials],
  ['InvalidSignatureException', invalidCredentials],
  ['ThrottlingException', { code: 'throttled', fix: () => 'AWS is throttling: run it again.' }],
  [
    'SyntaxError',
    {
      code: 'recipientFailed',
      fix: () => 'The answer is not from KMS: check who answers (AWS_ENDPOINT_URL, a proxy, a login page).',
    },
  ],
  [
    'IncorrectKeyException',
    {
      code: 'badWrappedKey',
      fix: () =>
        'The alias points at another key than the file was encrypted with: take the file that was encrypted with the new key (git pull), or restore the alias.',
    },
  ],
  [
    'DisabledException',
    {
      code: 'keyUnusable',
      fix: (arn) =>
        `Enable the key. Its id:\n${describeKey(arn)}\naws kms enable-key --region ${regionOf(arn)} --key-id <id>`,
    },
  ],
  [
    'KMSInvalidStateException',
    {
      code: 'keyUnusable',
      fix: (arn) => `The key cannot be used in its state (pending deletion?):\n${describeKey(arn)}`,
    },
  ],
  [
    'InvalidCiphertextException',
    {
      code: 'badWrappedKey',
      fix: () =>
        'The wrapped key is damaged, or was wrapped with another encryption context: restore the file from Git.',
    },
  ],
]);
