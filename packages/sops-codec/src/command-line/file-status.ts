import { codecOf } from '../formats/formats';
import { SopsError } from '../model/sops-error';
import { readMetadata } from '../metadata/read';
import { inputFormat, readInput, writeStdout } from './files';
import type { Flags } from './recipient-flags';

/** `sops-codec filestatus file`: whether it is encrypted, as JSON. */
export async function fileStatusCommand(file: string, flags: Flags): Promise<void> {
  const bytes = await readInput(file, 'generic');
  await writeStdout(Buffer.from(`${JSON.stringify({ encrypted: isEncrypted(bytes, file, flags) })}\n`));
}

function isEncrypted(bytes: Uint8Array, file: string, flags: Flags): boolean {
  try {
    const { mac, version } = readMetadata(codecOf(inputFormat(file, flags)).readEncrypted(bytes).metadata);
    return mac !== '' && version !== '';
  } catch (error) {
    if (error instanceof SopsError && /metadata not found|file is empty/.test(error.what)) return false;
    throw error;
  }
}
