import { codecOf } from '../formats/formats';
import { readMetadata } from '../metadata/read';
import { SopsError, withExitCode } from '../model/sops-error';
import { findStores } from './find-stores';
import { inputFormat, readInput } from './input';
import { writeStdout } from './output';
import type { Flags } from './arguments/flag';

/** `sops-codec filestatus file`: prints as JSON whether a file is encrypted. */
export async function fileStatusCommand(file: string, flags: Flags): Promise<void> {
  await findStores(flags);
  const bytes = await readInput(file, 1).catch((error: unknown) => {
    throw withExitCode(error, 'unreadableInput', 1);
  });
  await writeStdout(Buffer.from(`${JSON.stringify({ encrypted: isEncrypted(bytes, file, flags) })}\n`));
}

function isEncrypted(bytes: Uint8Array, file: string, flags: Flags): boolean {
  try {
    const { mac, version } = readMetadata(codecOf(inputFormat(file, flags)).readEncrypted(bytes).metadata);
    return mac !== '' && version !== '';
  } catch (error) {
    if (error instanceof SopsError && (error.code === 'notEncrypted' || error.code === 'empty')) return false;
    throw error;
  }
}
