import { SopsError } from '../../model/sops-error';
import type { Item, List, Mapping, Value } from '../../model/tree';

/** How deep names may be nested; metadata has five levels. */
const maxDepth = 100;
const mapStep = '__map_';
const listStep = '__list_';

/**
 * Metadata as flat names and texts, for formats without nesting: `age__list_0__map_enc`. Source: sops
 * `stores/flatten.go`
 */
export function flatten(mapping: Mapping): readonly (readonly [string, string])[] {
  return mapping.items.flatMap((item) => (item.kind === 'item' ? flattenValue(item.key, item.value) : []));
}

function flattenValue(name: string, value: Value): readonly (readonly [string, string])[] {
  switch (value.kind) {
    case 'map':
      return value.items.flatMap((item) =>
        item.kind === 'item' ? flattenValue(name + mapStep + item.key, item.value) : [],
      );
    case 'list':
      return value.elements.flatMap((element, index) =>
        element.kind === 'comment' ? [] : flattenValue(`${name}${listStep}${index}`, element),
      );
    case 'null':
      return [];
    case 'bytes':
      return [[name, Buffer.from(value.bytes).toString()]];
    case 'str':
    case 'time':
      return [[name, value.text]];
    default:
      return [[name, String(value.value)]];
  }
}

/** A container that is being built: children by name, in order of appearance. */
interface Branch {
  readonly kind: 'map' | 'list';
  readonly children: Map<string, Branch | string>;
}

/**
 * The nested mapping of flat names.
 *
 * @throws SopsError `badMetadata` where a name occurs twice, is both a value and a container, or a list has gaps
 */
export function unflatten(entries: readonly (readonly [string, string])[]): Mapping {
  const root: Branch = { kind: 'map', children: new Map() };
  for (const [name, text] of entries) insert(root, steps(name), text, name);
  return toMapping(root);
}

type Step = { readonly kind: 'map' | 'list'; readonly name: string };

function steps(name: string): readonly Step[] {
  const parts = name.split(/(__map_|__list_)/, 2 * maxDepth);
  if (parts.length === 2 * maxDepth) throw tooDeep(name);
  const first: Step = { kind: 'map', name: parts[0] ?? '' };
  const rest = parts.slice(1).flatMap((part, index, all): Step[] => {
    if (index % 2 === 0) return [];
    return [{ kind: all[index - 1] === listStep ? 'list' : 'map', name: part }];
  });
  return [first, ...rest];
}

function insert(root: Branch, path: readonly Step[], text: string, name: string): void {
  let branch = root;
  path.forEach((step, index) => {
    const next = path[index + 1];
    const key = step.kind === 'list' ? String(/^\d+$/.test(step.name) ? Number(step.name) : 0) : step.name;
    const known = branch.children.get(key);
    if (!next) {
      if (known !== undefined) throw conflict(name);
      branch.children.set(key, text);
      return;
    }
    const child = known ?? { kind: next.kind, children: new Map<string, Branch | string>() };
    if (typeof child === 'string' || child.kind !== next.kind) throw conflict(name);
    branch.children.set(key, child);
    branch = child;
  });
}

const toValue = (node: Branch | string): Value =>
  typeof node === 'string'
    ? { kind: 'str', text: node }
    : node.kind === 'map'
      ? toMapping(node)
      : toList(node);

const toMapping = ({ children }: Branch): Mapping => ({
  kind: 'map',
  items: [...children].map(([key, node]): Item => ({ kind: 'item', key, value: toValue(node) })),
});

function toList({ children }: Branch): List {
  const elements = Array.from({ length: children.size }, (_, index) => {
    const node = children.get(String(index));
    if (node !== undefined) return toValue(node);
    throw new SopsError('badMetadata', {
      what: 'the metadata cannot be read: a list has a gap',
      where: 'sops',
      fix: 'Restore the file from Git.',
    });
  });
  return { kind: 'list', elements };
}

const tooDeep = (name: string) =>
  new SopsError('badMetadata', {
    what: `the metadata cannot be read: nested deeper than ${maxDepth} levels`,
    where: name.slice(0, 100),
    fix: 'Restore the file from Git.',
  });

const conflict = (name: string) =>
  new SopsError('badMetadata', {
    what: 'the metadata cannot be read: a name occurs twice, or is both a value and a container',
    where: name.slice(0, 100),
    fix: 'Restore the file from Git.',
  });
