import { copyFile } from 'node:fs/promises';
import { execa } from 'execa';

/**
 * Gives a file the access control list and the extended attributes of another one. Node cannot read them, so that on Linux
 * the cp of GNU coreutils does it, and on macOS the system's own copy of a file.
 *
 * @returns whether all attributes were copied
 */
export async function copyAttributes(from: string, to: string): Promise<boolean> {
  if (process.platform === 'win32') return true;
  if (process.platform === 'darwin') {
    await copyFile(from, to);
    return true;
  }
  const args = ['--attributes-only', '--preserve=mode,xattr', '--', from, to];
  const { failed } = await execa('cp', args, { reject: false, stdin: 'ignore', stderr: 'ignore' });
  return !failed;
}
