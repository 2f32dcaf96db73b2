/** Follows go-yaml v3.0.4: `decode.go`. */
import type { SopsError } from '../../../model/sops-error';
import { syntaxError } from '../../codec/syntax-error';

/** The error of a text that is not YAML as go-yaml reads it. Lines and columns count from 0. */
export const yamlError = (
  what: string,
  { line, column }: { line: number; column: number },
  fix?: string,
): SopsError => syntaxError(`not YAML that sops reads: ${what}`, { line: line + 1, column: column + 1 }, fix);
