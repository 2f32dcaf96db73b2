import type { Value } from 'sops-codec';

/** Whether two values say the same, comments aside. */
export const sameValue = (one: Value | undefined, other: Value | undefined): boolean =>
  textOf(one) === textOf(other);

/** A value as a text that only the same values have; comments are no part of it. */
function textOf(value: Value | undefined): string {
  switch (value?.kind) {
    case undefined:
      return '';
    case 'map':
      return `{${value.items.map((item) => (item.kind === 'comment' ? '' : `${JSON.stringify(item.key)}:${textOf(item.value)},`)).join('')}}`;
    case 'list':
      return `[${value.elements.map((one) => (one.kind === 'comment' ? '' : `${textOf(one)},`)).join('')}]`;
    case 'bytes':
      return `bytes ${Buffer.from(value.bytes).toString('base64')}`;
    case 'null':
      return 'null';
    case 'str':
    case 'time':
      return `${value.kind} ${JSON.stringify(value.text)}`;
    case 'float':
      return `float ${Object.is(value.value, -0) ? '-0' : String(value.value)}`;
    case 'int':
    case 'bool':
      return `${value.kind} ${String(value.value)}`;
  }
}
