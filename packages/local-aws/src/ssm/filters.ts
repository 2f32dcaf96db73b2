import { AwsError } from '../protocol/aws-error';
import { list, optional, structure, text } from '../protocol/readers';
import type { Parameter } from '../store/model';
import { latestVersion } from './find';
import { parameterTiers, parameterTypes } from './members';
import { parameterPath } from './names';
import { isUnder } from './path';

const filter = structure({
  Key: text({ min: 1, max: 132, pattern: /^(?:tag:.+|Name|Type|KeyId|Path|Label|Tier|DataType)$/ }),
  Option: optional(text({ min: 1, max: 10 })),
  Values: optional(list(text({ min: 1, max: 1024 }), { min: 1, max: 50 })),
});

/** The filters of GetParametersByPath and DescribeParameters. */
export const filters = list(filter);

export type Filter = ReturnType<typeof filter>;

/** The keys that each operation knows, besides `tag:`. */
const keys = {
  'by-path': ['Type', 'KeyId', 'Label'],
  describe: ['Path', 'Name', 'Type', 'KeyId', 'Tier', 'DataType'],
} as const;
const options: Readonly<Record<string, readonly string[]>> = {
  Path: ['OneLevel', 'Recursive'],
  Name: ['Equals', 'BeginsWith', 'Contains'],
  KeyId: ['Equals', 'BeginsWith'],
};
const values: Readonly<Record<string, readonly string[]>> = { Type: parameterTypes, Tier: parameterTiers };

/** Whether a parameter passes all filters, which were checked; within one, any value will do. */
export function matches(parameter: Parameter, wanted: readonly Filter[]): boolean {
  return wanted.every((item) => passes(parameter, item));
}

/**
 * The filters if the operation knows them.
 * @throws AwsError InvalidFilterKey, InvalidFilterOption, InvalidFilterValue
 */
export function checked(wanted: readonly Filter[], operation: keyof typeof keys): readonly Filter[] {
  const seen = new Set<string>();
  for (const { Key, Option, Values } of wanted) {
    const valid: readonly string[] = keys[operation];
    if (!valid.includes(Key) && !(operation === 'describe' && Key.startsWith('tag:'))) {
      const known = valid.join(', ');
      throw invalid(
        'Key',
        `The following filter key is not valid: ${Key}. Valid filter keys include: [${known}].`,
      );
    }
    if (seen.has(Key)) {
      throw invalid(
        'Key',
        `The following filter is duplicated in the request: ${Key}. A request can contain only one occurrence of a ` +
          'specific filter.',
      );
    }
    seen.add(Key);
    const allowed = options[Key] ?? ['Equals'];
    if (Option !== undefined && !allowed.includes(Option)) {
      const known = allowed.join(', ');
      throw invalid(
        'Option',
        `The following filter option is not valid: ${Option}. Valid options include: [${known}].`,
      );
    }
    if (Values === undefined && !Key.startsWith('tag:')) {
      throw invalid('Value', `The following filter values are missing : null for filter key ${Key}.`);
    }
    const wrong = (Values ?? []).find((value) => values[Key]?.includes(value) === false);
    if (wrong !== undefined) {
      const known = values[Key]?.join(', ');
      throw invalid(
        'Value',
        `The following filter value is not valid: ${wrong}. Valid values include: [${known}].`,
      );
    }
  }
  return wanted;
}

function passes(parameter: Parameter, { Key, Option = options[Key]?.[0], Values = [] }: Filter): boolean {
  if (Key === 'Path') {
    return Values.some((path) => isUnder(parameter.name, parameterPath(path), Option === 'Recursive'));
  }
  if (Key.startsWith('tag:')) {
    const tag = parameter.tags.find(({ key }) => key === Key.slice('tag:'.length));
    return tag !== undefined && (Values.length === 0 || Values.includes(tag.value));
  }
  const value = attribute(parameter, Key);
  if (value === undefined) return false;
  return Values.some((item) =>
    compare(value, Key === 'Name' && Option !== 'Contains' ? slashed(item) : item, Option),
  );
}

/** Without its slash and with it, a name is the same here. */
function slashed(name: string): string {
  return name.startsWith('/') ? name : `/${name}`;
}

function attribute(parameter: Parameter, key: string): string | undefined {
  switch (key) {
    case 'Name':
      return slashed(parameter.name);
    case 'Type':
      return latestVersion(parameter).type;
    case 'KeyId':
      return latestVersion(parameter).keyId;
    case 'Tier':
      return parameter.tier;
    case 'DataType':
      return 'text';
    default:
      // Nothing sets labels here.
      return undefined;
  }
}

function compare(value: string, wanted: string, option: string | undefined): boolean {
  if (option === 'BeginsWith') return value.startsWith(wanted);
  return option === 'Contains' ? value.includes(wanted) : value === wanted;
}

function invalid(what: 'Key' | 'Option' | 'Value', message: string): AwsError {
  return new AwsError(`InvalidFilter${what}`, message);
}
