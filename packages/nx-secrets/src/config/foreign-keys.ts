import { parseKeyArn, type KeyArn } from './key-arn';
import { throwProblem, type Problem } from '../problem';
import { validNames } from './did-you-mean';
import { partitionOf } from './partition';
import { wrongType } from './read-fields';
import { assertStagesOf, configuredStages, mayHaveStage, type StageChoice } from './service-stages';
import type { StageOptions } from './stage-options';

/** Keys that somebody else makes, by project root and stage. */
export type ForeignKeys = ReadonlyMap<string, ReadonlyMap<string, KeyArn>>;

/** What of the options a key is compared with. */
export interface ForeignKeyContext extends StageChoice {
  readonly stages: ReadonlyMap<string, StageOptions>;
}

/**
 * Reads `kmsKeyArn` of services: by stage, the ARN of a key that somebody else makes.
 *
 * @param raw by project root
 * @param placeOf where a service's options are, for messages
 * @throws ProblemError for a stage that the service does not have, for what is not the ARN of a key where nx.json has the
 *   stage, and where two services or stages name the same key
 */
export function readForeignKeys(
  raw: ReadonlyMap<string, unknown>,
  context: ForeignKeyContext,
  placeOf: (root: string) => string,
): ForeignKeys {
  const keys = new Map(
    [...raw].map(([root, entry]) => [root, readKeysOfService(root, entry, context, placeOf(root))]),
  );
  assertDistinct(keys, placeOf);
  return keys;
}

/** The ids of keys that somebody else makes, with the service and stage that each is for. */
export const foreignKeyIds = ({
  foreignKeys,
}: {
  readonly foreignKeys: ForeignKeys;
}): ReadonlyMap<string, string> =>
  new Map(
    [...foreignKeys].flatMap(([root, stages]) =>
      [...stages].map(([stage, { resource }]) => [resource.slice('key/'.length), `${root}, stage ${stage}`]),
    ),
  );

function readKeysOfService(
  root: string,
  raw: unknown,
  context: ForeignKeyContext,
  place: string,
): ReadonlyMap<string, KeyArn> {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw))
    return throwProblem(wrongType('kmsKeyArn', 'an object of stages and ARNs of keys', place));
  const entries = Object.entries(raw as Readonly<Record<string, unknown>>);
  const stages = entries.map(([stage]) => stage);
  assertStagesOf(stages, [...context.stages.keys()], 'kmsKeyArn', place);
  const notIts = stages.find((stage) => !mayHaveStage(root, stage, context));
  if (notIts !== undefined)
    throwProblem(stageOfOthers(notIts, [...configuredStages(root, context)], root, place));
  return new Map(
    entries.map(([stage, arn]) => [
      stage,
      readKeyArn(arn, stage, context.stages.get(stage) ?? {}, `${place}, kmsKeyArn.${stage}`),
    ]),
  );
}

/** Source: KMS Developer Guide, "Key identifiers (KeyId)"; multi-Region keys have ids that begin with mrk-. */
const keyId = /^key\/(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|mrk-[0-9a-f]{32})$/;

function readKeyArn(raw: unknown, stage: string, options: StageOptions, place: string): KeyArn {
  const key = typeof raw === 'string' ? parseKeyArn(raw) : undefined;
  if (!key || !keyId.test(key.resource)) return throwProblem(notAKey(raw, place));
  const { region = key.region, accountId = key.accountId } = options;
  const [part, is, wanted] =
    [
      ['region', key.region, region],
      ['account', key.accountId, accountId],
      ['partition', key.partition, partitionOf(key.region)],
    ].find(([, actual, expected]) => actual !== expected) ?? [];
  if (part !== undefined)
    throwProblem(elsewhere(`${part} ${is ?? ''}`, `${part} ${wanted ?? ''}`, stage, place));
  return key;
}

/** One key for each service and stage: a multi-Region key has one id in all its regions. */
function assertDistinct(keys: ForeignKeys, placeOf: (root: string) => string): void {
  const seen = new Map<string, { readonly root: string; readonly stage: string }>();
  for (const [root, stages] of keys)
    for (const [stage, { resource }] of stages) {
      const first = seen.get(resource);
      if (first) throwProblem(shared(resource, first, { root, stage }, placeOf(root)));
      seen.set(resource, { root, stage });
    }
}

const notAKey = (raw: unknown, where: string): Problem => ({
  code: 'badKeyArn',
  what: `${typeof raw === 'string' ? `"${raw}"` : 'the value'} is not the ARN of a KMS key`,
  where,
  fix: 'Write it like "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab". To see the ARN of a key that you know by its id or alias:\naws kms describe-key --region <region> --key-id <alias/name> --query KeyMetadata.Arn --output text',
});

const elsewhere = (is: string, wanted: string, stage: string, where: string): Problem => ({
  code: 'wrongAccountOrRegion',
  what: `the key is in ${is}, and stage ${stage} is in ${wanted}`,
  where,
  fix: `The key of a stage is in the stage's region and account. Ask whoever makes the key for one there and write its ARN; or correct "stages.${stage}" in nx.json.`,
});

const stageOfOthers = (stage: string, stages: readonly string[], root: string, where: string): Problem => ({
  code: 'stageNotOfService',
  what: `kmsKeyArn names stage "${stage}", which ${root} does not have`,
  where,
  fix: `${validNames(stage, stages)} Or add it to "stages" of the service.`,
});

const shared = (
  resource: string,
  first: { readonly root: string; readonly stage: string },
  second: { readonly root: string; readonly stage: string },
  where: string,
): Problem => ({
  code: 'nameClash',
  what: `${first.root} (stage ${first.stage}) and ${second.root} (stage ${second.stage}) would share ${resource}`,
  where,
  fix: `Each service has a key of its own in each stage. Ask whoever makes the keys for another one, and write its ARN for stage ${second.stage} of ${second.root}.`,
});
