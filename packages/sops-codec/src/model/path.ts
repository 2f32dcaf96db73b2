import { guarded } from './guarded';
import { SopsError } from './sops-error';
import type { Comment, Document, Item, List, Mapping, Value } from './tree';

/** The path of a value: keys of mappings, and indexes of lists that do not count comments. */
export type Path = readonly (string | number)[];

/** The value at a path of the first document, or undefined. */
export const getValue = guarded('getValue', function getValue([document]: readonly Document[], path: Path):
  Value | undefined {
  return path.reduce<Value | undefined>((value, step) => value && child(value, step), document);
});

function child(value: Value, step: string | number): Value | undefined {
  if (value.kind === 'map' && typeof step === 'string') {
    const item = value.items.find((one) => one.kind === 'item' && one.key === step);
    return item?.kind === 'item' ? item.value : undefined;
  }
  if (value.kind === 'list' && typeof step === 'number')
    return value.elements.filter((element) => element.kind !== 'comment')[step];
  return undefined;
}

/**
 * The documents with a value at a path of the first one. Missing mappings on the way are created; an index after the end
 * of a list appends.
 *
 * @throws SopsError `badTreePath` where the path leads through a value that is neither a mapping nor a list
 */
export const setValue = guarded(
  'setValue',
  function setValue([document, ...rest]: readonly Document[], path: Path, value: Value): readonly Document[] {
    const changed = setIn(document ?? { kind: 'map', items: [] }, path, 0, value);
    return changed.kind === 'map' ? [changed, ...rest] : [document ?? { kind: 'map', items: [] }, ...rest];
  },
);

function setIn(container: Value, path: Path, at: number, value: Value): Value {
  const step = path[at];
  if (step === undefined) return value;
  if (container.kind === 'map' && typeof step === 'string') return setInMap(container, path, at, value);
  if (container.kind === 'list' && typeof step === 'number') return setInList(container, path, at, value);
  throw notContainer(path, at);
}

function setInMap(mapping: Mapping, path: Path, at: number, value: Value): Mapping {
  const key = String(path[at]);
  const index = mapping.items.findIndex((item) => item.kind === 'item' && item.key === key);
  const old = mapping.items[index];
  const inner =
    old?.kind === 'item' && (old.value.kind === 'map' || old.value.kind === 'list' || at === path.length - 1)
      ? old.value
      : undefined;
  if (old?.kind === 'item' && inner === undefined) throw notContainer(path, at + 1);
  const item: Item = { kind: 'item', key, value: setIn(inner ?? empty(path[at + 1]), path, at + 1, value) };
  return { kind: 'map', items: index < 0 ? [...mapping.items, item] : mapping.items.with(index, item) };
}

function setInList(list: List, path: Path, at: number, value: Value): List {
  const places = list.elements.flatMap((element, index) => (element.kind === 'comment' ? [] : [index]));
  const index = places[Number(path[at])];
  const old = index === undefined ? undefined : list.elements[index];
  const changed = setIn(old && old.kind !== 'comment' ? old : empty(path[at + 1]), path, at + 1, value);
  return {
    kind: 'list',
    elements: index === undefined ? [...list.elements, changed] : list.elements.with(index, changed),
  };
}

const empty = (next: string | number | undefined): Value =>
  typeof next === 'number' ? { kind: 'list', elements: [] } : { kind: 'map', items: [] };

/** The documents without the value at a path of the first one; the same documents where that path has no value. */
export const unsetValue = guarded(
  'unsetValue',
  function unsetValue(documents: readonly Document[], path: Path): readonly Document[] {
    const [document, ...rest] = documents;
    if (!document || path.length === 0 || getValue(documents, path) === undefined) return documents;
    const changed = unsetIn(document, path, 0);
    return changed.kind === 'map' ? [changed, ...rest] : documents;
  },
);

function unsetIn(container: Value, path: Path, at: number): Value {
  const step = path[at];
  const last = at === path.length - 1;
  if (container.kind === 'map') {
    const items = container.items.flatMap((item): (Item | Comment)[] => {
      if (item.kind !== 'item' || item.key !== String(step)) return [item];
      return last ? [] : [{ ...item, value: unsetIn(item.value, path, at + 1) }];
    });
    return { kind: 'map', items };
  }
  if (container.kind !== 'list') return container;
  let place = -1;
  const elements = container.elements.flatMap((element): (Value | Comment)[] => {
    if (element.kind === 'comment') return [element];
    place += 1;
    if (place !== step) return [element];
    return last ? [] : [unsetIn(element, path, at + 1)];
  });
  return { kind: 'list', elements };
}

const notContainer = (path: Path, at: number) =>
  new SopsError('badTreePath', {
    what: 'the path leads through a value that does not contain such a step: keys are for mappings, numbers for lists',
    where: path.slice(0, at).map(String).join(' → '),
    fix: 'Correct the path, or remove that value first.',
  });
