import { SopsError } from '../model/sops-error';
import type { Item, List, Mapping, Value } from '../model/tree';

/** Reads fields of a metadata mapping: names in any case, types converted, as sops does (mapstructure). */
export interface Fields {
  readonly text: (name: string) => string | undefined;
  readonly requiredText: (name: string) => string;
  readonly flag: (name: string) => boolean;
  readonly count: (name: string) => number;
  /** The mappings of a list; a single mapping is a list of one. */
  readonly mappings: (name: string) => readonly Mapping[];
  readonly texts: (name: string) => Readonly<Record<string, string>> | undefined;
  /** The items of all other names. */
  readonly others: (names: readonly string[]) => readonly Item[];
}

/** The readers throw SopsError `badMetadata` with a field that is missing or of the wrong type. */
export function fieldsOf(mapping: Mapping, place: string): Fields {
  const items = mapping.items.filter((item) => item.kind === 'item');
  const find = (name: string): Value | undefined => {
    const value = (
      items.find((item) => item.key === name) ?? items.find((item) => item.key.toLowerCase() === name)
    )?.value;
    return value?.kind === 'null' ? undefined : value;
  };
  const wrong = (name: string, wanted: string) => metadataError(`${place}.${name} is not ${wanted}`);
  const text = (name: string): string | undefined => {
    const value = find(name);
    return value === undefined ? undefined : (scalarText(value) ?? wrong(name, 'text'));
  };
  return {
    text,
    requiredText: (name) => text(name) ?? metadataError(`${place}.${name} is missing`),
    flag: (name) => flagOf(find(name)) ?? wrong(name, 'true or false'),
    count: (name) => {
      const value = find(name);
      // Texts as Go parses them: no blanks, and no exponent.
      if (value?.kind === 'str' && !/^(?:|\+?(?:0|[1-9][0-9]*))$/.test(value.text))
        return wrong(name, 'a count');
      const number = Number(text(name) ?? 0);
      return Number.isInteger(number) && number >= 0 ? number : wrong(name, 'a count');
    },
    mappings: (name) => {
      const value = find(name);
      if (value === undefined) return [];
      if (value.kind === 'map') return value.items.length > 0 ? [value] : [];
      if (value.kind === 'list') return mappingsIn(value) ?? wrong(name, 'a list of mappings');
      return wrong(name, 'a list');
    },
    texts: (name) => {
      const value = find(name);
      if (value === undefined) return undefined;
      if (value.kind !== 'map') return wrong(name, 'a mapping');
      const entries = value.items.flatMap((item): [string, string][] =>
        item.kind === 'item'
          ? [[item.key, scalarText(item.value) ?? wrong(`${name}.${item.key}`, 'text')]]
          : [],
      );
      return Object.fromEntries(entries);
    },
    others: (names) => items.filter((item) => !names.includes(item.key.toLowerCase())),
  };
}

/** Throws the error of metadata that cannot be read. */
export function metadataError(what: string): never {
  throw new SopsError('badMetadata', {
    what: `the metadata cannot be read: ${what}`,
    where: 'sops',
    fix: 'Restore the file from Git; metadata cannot be edited by hand.',
  });
}

function scalarText(value: Value): string | undefined {
  switch (value.kind) {
    case 'str':
      return value.text;
    case 'int':
    case 'float':
      return String(value.value);
    case 'bool':
      return value.value ? '1' : '0';
    default:
      return undefined;
  }
}

function flagOf(value: Value | undefined): boolean | undefined {
  if (value === undefined) return false;
  if (value.kind === 'bool') return value.value;
  if (value.kind === 'int' || value.kind === 'float') return Number(value.value) !== 0;
  if (value.kind !== 'str') return undefined;
  if (['1', 't', 'T', 'true', 'TRUE', 'True'].includes(value.text)) return true;
  return ['0', 'f', 'F', 'false', 'FALSE', 'False', ''].includes(value.text) ? false : undefined;
}

/** For mapstructure, null in a list is an empty mapping. */
function mappingsIn(list: List): readonly Mapping[] | undefined {
  const elements = list.elements
    .filter((element) => element.kind !== 'comment')
    .map((element) => (element.kind === 'null' ? ({ kind: 'map', items: [] } as const) : element));
  const mappings = elements.filter((element) => element.kind === 'map');
  return mappings.length === elements.length ? mappings : undefined;
}
