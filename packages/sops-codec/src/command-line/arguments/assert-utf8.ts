import { readFileSync } from 'node:fs';
import { SopsError } from '../../model/sops-error';

/**
 * Refuses arguments that are not UTF-8, which Linux allows: Node replaces their bytes, so that they would name another
 * file.
 *
 * @throws SopsError `badUsage`
 */
export function assertUtf8(): void {
  if (process.platform !== 'linux') return;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(readFileSync('/proc/self/cmdline'));
  } catch (error) {
    if (!(error instanceof TypeError)) return;
    throw new SopsError('badUsage', {
      what: 'an argument is not valid UTF-8',
      fix: 'Rename the file, or pass its content on standard input with --filename-override.',
    });
  }
}
