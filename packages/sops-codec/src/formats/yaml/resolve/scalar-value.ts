/** Follows go-yaml v3.0.4: `decode.go`, `resolve.go`. */
import { textOrBytes } from '../../../cipher/plaintext';
import type { Leaf } from '../../../model/tree';
import type { ScalarNode, YamlNode } from '../parse/node';
import { resolvePlain, timeOf } from './resolve-plain';
import { yamlError } from '../scan/yaml-error';

const yamlTag = 'tag:yaml.org,2002:';

/** The value of a scalar by its tag, else by its text. @throws SopsError `syntax` where the text is not of its tag */
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
      // With any other tag the text is a string.
      return { kind: 'str', text };
  }
}

/** Whether a key is a merge key for go-yaml: `<<` without quotes, or with the merge tag. */
export const isMergeKey = (key: YamlNode): boolean =>
  key.kind === 'scalar' &&
  key.text === '<<' &&
  (key.tag === `${yamlTag}merge` || ((key.tag === undefined || key.tag === '!') && key.style === 'plain'));

function plainValue({ text, mark }: ScalarNode): Leaf {
  const value = resolvePlain(text);
  if (value) return value;
  throw yamlError(
    'an integer does not fit into 64 bits',
    mark,
    'Put it in quotes, so that it is a text, or write it as a float: 1e20.',
  );
}

function expect({ mark }: ScalarNode, kind: Leaf['kind'], value: Leaf): Leaf {
  if (value.kind === kind) return value;
  throw yamlError(`a value is not of its tag ${kind}`, mark);
}

function floatValue(node: ScalarNode): Leaf {
  const value = plainValue(node);
  return value.kind === 'int' ? { kind: 'float', value: Number(value.value) } : expect(node, 'float', value);
}

function timeValue({ text, mark }: ScalarNode): Leaf {
  const time = timeOf(text);
  if (time !== undefined) return { kind: 'time', text: time };
  throw yamlError('a value is not of its tag timestamp', mark);
}

/** Base64 as Go reads it: padded, line breaks ignored. */
function binaryValue({ text, mark }: ScalarNode): Leaf {
  const clean = text.replace(/[\r\n]/g, '');
  if (/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(clean))
    return textOrBytes(Buffer.from(clean, 'base64'));
  throw yamlError('a value is not base64 as its tag requires', mark);
}
