import { readFile } from 'node:fs/promises';
import { codeOf, messageOf } from '../failure';
import { IamError } from '../iam/iam-error';
import type { IamInput } from '../iam/iam-input';
import { validateIamInput } from '../iam/validate-iam-input';

/**
 * Reads the file of `--iam` and checks it.
 * @throws IamError that names the file and each place in it where something is wrong
 */
export async function readIamFile(path: string): Promise<IamInput> {
  let content: string;
  try {
    content = await readFile(path, 'utf8');
  } catch (error) {
    const what = codeOf(error) === 'ENOENT' ? 'the file does not exist' : messageOf(error);
    throw new IamError(`Cannot read the IAM file ${path}: ${what}. Give another file with --iam.`);
  }
  let data: unknown;
  try {
    data = JSON.parse(content);
  } catch {
    // JSON.parse repeats parts of what it reads, and that may be an access key's secret.
    throw new IamError(`The IAM file ${path} is not JSON.`);
  }
  try {
    validateIamInput(data);
  } catch (error) {
    if (!(error instanceof IamError)) throw error;
    throw new IamError(`The IAM file ${path} cannot be used: ${error.message}.`);
  }
  return data as IamInput;
}
