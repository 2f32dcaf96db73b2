import { throwProblem } from '../problem';
import { wrongType } from './read-fields';
import { assertStagesOf, stageNames } from './service-stages';

/** A key that a stage need not have although other stages have it. */
export interface OptionalKey {
  /** Project root of the service that it is about; all services where absent. */
  readonly root?: string;
  /** As `set` takes it; keys below it are meant, too. */
  readonly key: string;
  /** Stages that need not have it; all where absent. */
  readonly stages?: readonly string[];
}

/** `optional` as it is in nx.json: key names, or an object of key names with the stages that need not have each. */
export type RawOptionalKeys = readonly string[] | Readonly<Record<string, readonly string[]>>;

/**
 * Reads `optional`, at the top or of a service.
 *
 * @param known stages of nx.json
 * @param place where the option is, for messages
 * @param root of the service, where it is one's own
 * @throws ProblemError for what is neither form, and for a stage that nx.json does not have
 */
export function readOptionalKeys(
  raw: unknown,
  known: readonly string[],
  place: string,
  root?: string,
): readonly OptionalKey[] {
  if (raw === undefined) return [];
  const of = root === undefined ? {} : { root };
  if (Array.isArray(raw)) return keyNames(raw, place).map((key) => ({ ...of, key }));
  return Object.entries(raw as object).map(([key, given]: [string, unknown]) => {
    keyNames([key], place);
    const stages = stageNames(given, `optional["${key}"]`, place);
    assertStagesOf(stages, known, `optional["${key}"]`, place);
    return { ...of, key, stages };
  });
}

function keyNames(raw: readonly unknown[], place: string): readonly string[] {
  if (raw.every((key): key is string => typeof key === 'string' && key !== '')) return raw;
  return throwProblem(
    wrongType('optional', 'a list of key names, or an object of key names and stages', place),
  );
}

/** Whether a service's stage may lack a key. */
export const isOptionalKey = (
  optional: readonly OptionalKey[],
  root: string,
  stage: string,
  key: string,
): boolean =>
  optional.some(
    (one) =>
      (one.root === undefined || one.root === root) &&
      (one.stages === undefined || one.stages.includes(stage)) &&
      (key === one.key || key.startsWith(`${one.key}.`) || key.startsWith(`${one.key}[`)),
  );
