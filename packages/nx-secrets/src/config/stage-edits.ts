import type { RawOptions, ServiceOptions } from './options';
import type { RawOptionalKeys } from './optional-keys';
import { configuredStages, type StageChoice } from './service-stages';
import type { RawStageOptions } from './stage-options';

/** Which services a change of stages is about. */
export type StageOwners = 'all' | readonly string[];

/** A stage that services get. */
export interface AddedStage {
  readonly stage: string;
  /** What nx.json is to say of a stage that it does not have yet. */
  readonly fields: RawStageOptions;
  readonly owners: StageOwners;
  /** The stages of every service of the workspace, by its root. */
  readonly services: ReadonlyMap<string, readonly string[]>;
}

/**
 * The plugin's options with a stage more. One that is new and not for every service is made `optIn`, so that no other service
 * gets it. Where nx.json names no stages and the new one has no fields, files go on to decide.
 *
 * @param raw the options as nx.json has them
 * @param choice the same, read
 */
export function withStage(raw: RawOptions, choice: StageChoice, added: AddedStage): RawOptions {
  const { stage, fields, owners, services } = added;
  const roots = owners === 'all' ? [...services.keys()] : owners;
  const isForAll = owners === 'all' || [...services.keys()].every((root) => owners.includes(root));
  const filesDecide = choice.stages.size === 0;
  const isOptIn = choice.stages.get(stage)?.optIn === true;
  const isGivenToAll = isForAll || (choice.stages.has(stage) && !isOptIn);
  const lacking = roots.filter(
    (root) =>
      !(
        choice.serviceStages.get(root)?.includes(stage) ??
        (isGivenToAll || (filesDecide && Object.keys(fields).length === 0))
      ),
  );
  const stages = stagesWith(raw.stages, choice, added, isForAll);
  const names = stages && new Set(Object.keys(asObject(stages)));
  const list = (root: string) => [
    ...new Set([...(services.get(root) ?? []), stage].filter((one) => names?.has(one) ?? true)),
  ];
  return withLists(
    stages === undefined || stages === raw.stages ? raw : { ...raw, stages },
    new Map(lacking.map((root) => [root, list(root)])),
  );
}

function stagesWith(
  stages: RawStages,
  choice: StageChoice,
  { stage, fields, services }: AddedStage,
  isForAll: boolean,
): RawStages {
  const known = choice.stages.get(stage);
  if (known) return isForAll && known.optIn ? withoutOptIn(stages, stage) : stages;
  const added = isForAll ? fields : { ...fields, optIn: true };
  if (choice.stages.size > 0) return appended(stages, stage, added);
  if (Object.keys(fields).length === 0) return stages;
  return appended([...new Set([...services.values()].flat())], stage, added);
}

/** The plugin's options without a stage: of some services, or of all; then nothing in them names it any more. */
export function withoutStage(
  raw: RawOptions,
  choice: StageChoice,
  stage: string,
  owners: StageOwners,
): RawOptions {
  if (owners !== 'all') {
    const having = owners.filter((root) => configuredStages(root, choice).includes(stage));
    return withLists(
      withoutKeys(raw, stage, owners),
      new Map(having.map((root) => [root, configuredStages(root, choice).filter((one) => one !== stage)])),
    );
  }
  const lists = [...choice.serviceStages].flatMap(([root, stages]): [string, readonly string[]][] =>
    stages.includes(stage) ? [[root, stages.filter((one) => one !== stage)]] : [],
  );
  const { stages, optional, ...rest } = withLists(withoutKeys(raw, stage, 'all'), new Map(lists));
  return {
    ...rest,
    ...(stages === undefined ? {} : { stages: removed(stages, stage) }),
    ...(rest.services === undefined ? {} : { services: servicesWithout(rest.services, stage) }),
    ...optionalWithout(optional, stage),
  };
}

/** The options in which services name no key of somebody else for a stage that they do not have any more. */
function withoutKeys(raw: RawOptions, stage: string, owners: StageOwners): RawOptions {
  if (raw.services === undefined) return raw;
  const services = Object.entries(raw.services).map(([root, entry]): [string, string | ServiceOptions] => {
    const isOwner = owners === 'all' || owners.includes(root);
    if (!isOwner || typeof entry === 'string' || entry.kmsKeyArn?.[stage] === undefined) return [root, entry];
    const { kmsKeyArn, ...rest } = entry;
    const left = Object.entries(kmsKeyArn).filter(([name]) => name !== stage);
    return [root, left.length === 0 ? rest : { ...rest, kmsKeyArn: Object.fromEntries(left) }];
  });
  return { ...raw, services: Object.fromEntries(services) };
}

function withLists(raw: RawOptions, lists: ReadonlyMap<string, readonly string[]>): RawOptions {
  if (lists.size === 0) return raw;
  const services = new Map<string, string | ServiceOptions>(Object.entries(raw.services ?? {}));
  for (const [root, stages] of lists) {
    const entry = services.get(root);
    services.set(root, { ...(typeof entry === 'string' ? { name: entry } : entry), stages });
  }
  return { ...raw, services: Object.fromEntries(services) };
}

type RawStages = RawOptions['stages'];

function appended(stages: RawStages, stage: string, fields: RawStageOptions): RawStages {
  if ((stages === undefined || Array.isArray(stages)) && Object.keys(fields).length === 0)
    return [...(stages ?? []), stage];
  return { ...asObject(stages), [stage]: fields };
}

const asObject = (stages: RawStages): Record<string, RawStageOptions> =>
  Array.isArray(stages) ? Object.fromEntries(stages.map((name) => [name, {}])) : { ...stages };

function withoutOptIn(stages: RawStages, stage: string): RawStages {
  const fields = Object.entries(asObject(stages)[stage] ?? {}).filter(([name]) => name !== 'optIn');
  return { ...asObject(stages), [stage]: Object.fromEntries(fields) };
}

const removed = (
  stages: string[] | Record<string, RawStageOptions>,
  stage: string,
): string[] | Record<string, RawStageOptions> =>
  Array.isArray(stages)
    ? stages.filter((one) => one !== stage)
    : Object.fromEntries(Object.entries(stages).filter(([name]) => name !== stage));

function servicesWithout(
  services: NonNullable<RawOptions['services']>,
  stage: string,
): NonNullable<RawOptions['services']> {
  const entries = Object.entries(services).map(([root, entry]): [string, string | ServiceOptions] => {
    if (typeof entry === 'string') return [root, entry];
    const { optional, ...rest } = entry;
    return [root, { ...rest, ...optionalWithout(optional, stage) }];
  });
  return Object.fromEntries(entries);
}

/** A key that only the stage might lack is optional nowhere any more. */
function optionalWithout(
  optional: RawOptionalKeys | undefined,
  stage: string,
): { optional?: RawOptionalKeys } {
  if (optional === undefined) return {};
  if (Array.isArray(optional)) return { optional: optional as readonly string[] };
  const left = Object.entries(optional as Readonly<Record<string, readonly string[]>>).map(
    ([key, stages]): [string, readonly string[]] => [key, stages.filter((one) => one !== stage)],
  );
  const kept = left.filter(([, stages]) => stages.length > 0);
  return kept.length === 0 ? {} : { optional: Object.fromEntries(kept) };
}
