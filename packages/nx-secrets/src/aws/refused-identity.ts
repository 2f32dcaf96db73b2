import { SopsError } from 'sops-codec';
import { ProblemError } from '../problem';
import { awsErrorName, awsProblem } from './aws-problem';
import { parseRefusal } from './refusal';

/** Calls whose requests hold a value or a data key: the text of their refusals is not read. */
const carrying: ReadonlySet<string> = new Set([
  'CreateSecretCommand',
  'EncryptCommand',
  'PutSecretValueCommand',
]);

/** Calls that the codec makes; it passes its own errors on, with their cause, and of others keeps less. */
const ofCodec: ReadonlySet<string> = new Set(['DecryptCommand', 'EncryptCommand']);

/**
 * Throws an error of a call again: a refusal with the identity that was refused, where its text does not say it, and in
 * the codec's own form where the codec made the call.
 *
 * @param identity asked only then
 */
export async function nameRefused(
  error: unknown,
  commandName: string,
  identity: () => Promise<string | undefined>,
): Promise<never> {
  const isRefusal = /^AccessDenied/.test(awsErrorName(error));
  if (
    isRefusal &&
    error instanceof Error &&
    (carrying.has(commandName) || !parseRefusal(error.message).identity)
  ) {
    const refusedIdentity = await identity().catch(() => undefined);
    if (refusedIdentity !== undefined) Object.assign(error, { refusedIdentity });
  }
  if (ofCodec.has(commandName) && (isRefusal || error instanceof ProblemError))
    throw codecError(error, commandName);
  throw error;
}

function codecError(error: unknown, commandName: string): SopsError {
  const problem = awsProblem(error, {
    action: `kms:${commandName.replace('Command', '')}`,
    resource: 'the key',
    containsSecret: carrying.has(commandName),
  });
  const { what, fix, denied, code: reason } = problem;
  const code =
    denied !== undefined
      ? 'accessDenied'
      : reason === 'awsUnreachable'
        ? 'recipientUnreachable'
        : 'badCredentials';
  return new SopsError(code, { what, fix, cause: new ProblemError(problem) });
}
