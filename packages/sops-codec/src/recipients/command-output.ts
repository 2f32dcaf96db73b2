import { SopsError } from '../model/sops-error';
import { commandWords } from './command-words';
import { programTimeout } from './time-limit';

/**
 * The output of a command that prints identities. It is run without a shell, and has the recipient in `SOPS_AGE_RECIPIENT`.
 *
 * @param variable that names the command, for messages
 * @returns `undefined` where the text names no program
 * @throws SopsError `noIdentity` where the command fails
 */
export async function outputOf(
  variable: string,
  command: string,
  recipient: string,
  timeout = programTimeout,
): Promise<string | undefined> {
  const [program, ...args] = await commandWords(command);
  if (!program) return undefined;
  const { execa } = await import('execa');
  const { failed, stdout } = await execa(program, args, {
    reject: false,
    stdin: 'ignore',
    env: { SOPS_AGE_RECIPIENT: recipient },
    timeout,
  });
  if (!failed) return stdout;
  throw new SopsError('noIdentity', {
    what: `${variable} failed`,
    fix: `Run the command to see why, or unset ${variable}.`,
  });
}
