import type { Value } from 'sops-codec';
import { throwProblem, type Problem } from '../../problem';
import { documentsOf } from '../sources/tree';

/** What one secret or parameter is for, as a mapping file says; what it leaves out comes from the pattern. */
export interface MappedName {
  readonly service?: string | undefined;
  readonly stage?: string | undefined;
  /** Its text becomes the value of this key. */
  readonly key?: string | undefined;
}

/** A mapping file: what is called otherwise than in the workspace; `undefined` for what is left out. */
export interface SourceMap {
  readonly services: ReadonlyMap<string, string | undefined>;
  readonly stages: ReadonlyMap<string, string | undefined>;
  readonly names: ReadonlyMap<string, MappedName | undefined>;
}

export const emptyMap: SourceMap = { services: new Map(), stages: new Map(), names: new Map() };

/**
 * Reads a mapping file: `{ services: { users: user-service }, stages: { production: prod }, names: { /old: null } }`.
 *
 * @param text JSON or YAML
 * @param where its path, for messages
 * @throws ProblemError where it is something else
 */
export function readSourceMap(text: string, where: string): SourceMap {
  const [document] = documentsOf(text, 'yaml', where);
  const sections = document === undefined ? new Map<string, Value>() : fields(document);
  for (const name of sections.keys()) {
    if (!['services', 'stages', 'names'].includes(name))
      throwProblem(badMap(`${name} is none of services, stages and names`, where));
  }
  const section = (name: string) => entriesOf(sections.get(name), name, where);
  const renamed = (name: string) =>
    new Map([...section(name)].map(([from, value]) => [from, textOf(value, `${name}.${from}`, where)]));
  return {
    services: renamed('services'),
    stages: renamed('stages'),
    names: new Map(
      [...section('names')].map(([name, value]) => [name, mappedName(value, `names.${name}`, where)]),
    ),
  };
}

function mappedName(value: Value, place: string, where: string): MappedName | undefined {
  if (value.kind === 'null') return undefined;
  const entries = [...entriesOf(value, place, where)];
  const unknown = entries.find(([name]) => !['service', 'stage', 'key'].includes(name));
  if (unknown)
    throwProblem(badMap(`${place} has ${unknown[0]}, which is none of service, stage and key`, where));
  const found = new Map(entries.map(([name, text]) => [name, textOf(text, `${place}.${name}`, where)]));
  return { service: found.get('service'), stage: found.get('stage'), key: found.get('key') };
}

function entriesOf(value: Value | undefined, place: string, where: string): ReadonlyMap<string, Value> {
  if (value === undefined || value.kind === 'null') return new Map();
  return value.kind === 'map' ? fields(value) : throwProblem(badMap(`${place} is not an object`, where));
}

const fields = ({ items }: Extract<Value, { kind: 'map' }>): ReadonlyMap<string, Value> =>
  new Map(items.flatMap((item) => (item.kind === 'item' ? [[item.key, item.value] as const] : [])));

function textOf(value: Value, place: string, where: string): string | undefined {
  if (value.kind === 'null') return undefined;
  return value.kind === 'str' ? value.text : throwProblem(badMap(`${place} is not a text`, where));
}

const badMap = (what: string, where: string): Problem => ({
  code: 'badMap',
  what: `the mapping cannot be read: ${what}`,
  where,
  fix: 'Write it as JSON or YAML, null for what is left out:\n{ "services": { "users": "user-service" }, "stages": { "production": "prod" }, "names": { "/old": { "service": "user-service", "stage": "dev" } } }',
});
