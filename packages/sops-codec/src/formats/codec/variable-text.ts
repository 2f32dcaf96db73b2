import { SopsError } from '../../model/sops-error';
import type { Value } from '../../model/tree';
import { scalarText } from './scalar-text';

/**
 * A value as the text of an environment variable. The system ends names and values at a NUL, and a name at `=`: what
 * has them would be cut, or missing, without a word.
 * Source: POSIX, "Environment Variable Definition".
 *
 * @throws SopsError `unserializable` with the key, never with the value
 */
export function variableText(value: Value, key: string): string {
  const isNested = value.kind === 'map' || value.kind === 'list';
  if (key === '' || /[=\0]/.test(key) || isNested)
    throw refused('a nested value, or a key that is empty or contains "=" or NUL, cannot be a variable', key);
  const text = scalarText(value, key);
  if (text.includes('\0')) throw refused('a value that contains NUL cannot be a variable', key);
  return text;
}

const refused = (what: string, key: string) =>
  new SopsError('unserializable', {
    exitCode: 1,
    what,
    where: `key ${JSON.stringify(key)}`,
    fix: 'Read the value from the decrypted file instead (exec-file, readSecrets), or move it to another file.',
  });
