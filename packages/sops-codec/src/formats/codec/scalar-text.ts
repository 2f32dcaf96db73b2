import { SopsError } from '../../model/sops-error';
import type { Value } from '../../model/tree';
import { floatText } from '../../cipher/plaintext';

/** A value as text, for formats whose values are texts. Source: sops `stores/stores.go` (ValToString) */
export function scalarText(value: Value, key: string): string {
  switch (value.kind) {
    case 'str':
      return value.text;
    case 'time':
      return value.text.replace(/\.\d+/, '');
    case 'bytes':
      return Buffer.from(value.bytes).toString('latin1');
    case 'int':
    case 'bool':
      return String(value.value);
    case 'float':
      return Number.isInteger(value.value) && Math.abs(value.value) < 1e21
        ? `${floatText(value.value)}.0`
        : String(value.value).toUpperCase();
    case 'null':
      return '';
    default:
      throw new SopsError('unserializable', {
        what: 'a nested value cannot be written in this format',
        where: `key ${JSON.stringify(key)}`,
        fix: 'Use YAML or JSON.',
      });
  }
}
