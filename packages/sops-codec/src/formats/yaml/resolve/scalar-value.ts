import { textOrBytes } from '../../../cipher/plaintext';
import type { Leaf } from '../../../model/tree';
import type { ScalarNode, YamlNode } from '../parse/node';
import { resolvePlain, timeOf } from './resolve-plain';
import { yamlError } from '../scan/yaml-error';

const yamlTag = 'tag:yaml.org,2002:';

/** The value of a scalar by its tag, else by how it is written. @throws SopsError where text and tag do not fit */
export function scalarValue(node: ScalarNode): Leaf {
  const { tag, text, style } = node;
  if (tag === undefined || tag === '!') {
    return style === 'plain' && text !== '<<' ? plainValue(node) : { kind: 'str', text };
  }
  switch (tag.startsWith(yamlTag) ? tag.slice(yamlTag.length) : undefined) {
    case 'binary':
      return binaryValue(node);
    case 'null':
      return expect(node, 'null', plainValue(node));
    case 'bool':
      return expect(node, 'bool', plainValue(node));
    case 'int':
      return expect(node, 'int', plainValue(node));
    case 'float':
      return floatValue(node);
    case 'timestamp':
      return timeValue(node);
    default:
      // Any other tag says nothing but that the text is not to be resolved.
      return { kind: 'str', text };
  }
}

/** Whether a key merges other mappings, for go-yaml: `<<` without quotes, or tagged so. */
export const isMergeKey = (key: YamlNode): boolean =>
  key.kind === 'scalar' &&
  key.text === '<<' &&
  (key.tag === `${yamlTag}merge` || ((key.tag === undefined || key.tag === '!') && key.style === 'plain'));

function plainValue({ text, mark }: ScalarNode): Leaf {
  const value = resolvePlain(text);
  if (value) return value;
  throw yamlError('an integer beyond 64 bits', mark);
}

function expect({ mark }: ScalarNode, kind: Leaf['kind'], value: Leaf): Leaf {
  if (value.kind === kind) return value;
  throw yamlError(`a value that is no ${kind} as its tag says`, mark);
}

function floatValue(node: ScalarNode): Leaf {
  const value = plainValue(node);
  return value.kind === 'int' ? { kind: 'float', value: Number(value.value) } : expect(node, 'float', value);
}

function timeValue({ text, mark }: ScalarNode): Leaf {
  const time = timeOf(text);
  if (time !== undefined) return { kind: 'time', text: time };
  throw yamlError('a value that is no timestamp as its tag says', mark);
}

/** Base64 as Go reads it: padded, line breaks ignored. */
function binaryValue({ text, mark }: ScalarNode): Leaf {
  const clean = text.replace(/[\r\n]/g, '');
  if (/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(clean))
    return textOrBytes(Buffer.from(clean, 'base64'));
  throw yamlError('a value that is no base64 as its tag says', mark);
}
