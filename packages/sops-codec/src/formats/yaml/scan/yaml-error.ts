import { SopsError } from '../../../model/sops-error';

/** The error of a text that is not YAML as go-yaml reads it. Lines and columns count from 0. */
export const yamlError = (what: string, { line, column }: { line: number; column: number }): SopsError =>
  new SopsError('generic', {
    what: `not YAML that sops reads: ${what}`,
    where: `line ${line + 1}, column ${column + 1}`,
    fix: 'Correct the file, or restore it from Git.',
  });
