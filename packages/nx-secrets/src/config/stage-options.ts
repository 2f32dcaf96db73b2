import { throwProblem } from '../problem';
import { readPrincipals, type Principals, type RawPrincipals } from './principals';
import { readStageRecipients, type StageRecipients } from './stage-recipients';
import { readRoles, type StageRoles } from './stage-roles';
import { readTags, type Tags } from './tags';
import { readTrust, type Trust } from './trust';
import { optionsPlace, readFields, wrongType } from './read-fields';

/** What nx.json says of one stage. */
export interface StageOptions {
  readonly region?: string;
  /** Where nx.json names roles only, the account that they are in. */
  readonly accountId?: string;
  /** Role of the tasks that have none of their own; with the placeholders `{service}` and `{stage}`. */
  readonly roleArn?: string;
  /** Roles by what is done under them. */
  readonly roles?: StageRoles;
  /** The stage is pushed from CI only. */
  readonly ciOnly?: boolean;
  /** Only services that list the stage in `services.*.stages` have it. */
  readonly optIn?: boolean;
  /** Who may do what with the stage's keys and secrets; the account's IAM policies say it where absent. */
  readonly principals?: Principals;
  /** Who may assume the stage's roles, where `policy --for=trust` creates them. */
  readonly trust?: Trust;
  /** Further regions that the stage's keys and secrets are replicated to. */
  readonly replicaRegions?: readonly string[];
  /** Who may open the stage's files besides its own key. */
  readonly recipients?: StageRecipients;
  /** Days between two rotations of the key material; a year where absent. */
  readonly keyRotationDays?: number;
  /** What keys and secrets are tagged with besides what nx-secrets sets, placeholders not filled in yet. */
  readonly tags?: Tags;
}

/** A stage's options as they are in nx.json. */
export type RawStageOptions = Omit<StageOptions, 'principals' | 'recipients' | 'roles' | 'trust'> & {
  readonly roles?: StageRoles;
  readonly trust?: unknown;
  readonly principals?: RawPrincipals;
  readonly recipients?: unknown;
};

const stageOptionTypes = {
  region: 'string',
  accountId: 'string',
  roleArn: 'string',
  roles: 'object',
  ciOnly: 'boolean',
  optIn: 'boolean',
  principals: 'object',
  trust: 'object',
  replicaRegions: 'object',
  recipients: 'object',
  keyRotationDays: 'number',
  tags: 'object',
} as const;

/** Whether a text has the form of a region's name. */
export const isRegion = (text: unknown): boolean =>
  typeof text === 'string' && /^[a-z]{2,4}(-[a-z]+)+-[0-9]+$/.test(text);

/** Whether a text has the form of an account's ID. */
export const isAccountId = (text: string): boolean => /^[0-9]{12}$/.test(text);

/**
 * Reads `stages`: a list of names, or an object of names with their options.
 *
 * @throws ProblemError for an unknown option, or one that is not what it should be
 */
export function readStages(raw: unknown): ReadonlyMap<string, StageOptions> {
  if (raw === undefined) return new Map();
  const entries: [string, unknown][] = Array.isArray(raw)
    ? raw.map((name: unknown) => [
        typeof name === 'string' ? name : throwProblem(wrongType('stages', 'a list of stage names')),
        {},
      ])
    : Object.entries(raw as object);
  return new Map(entries.map(([name, stage]) => [name, readStage(stage, `${optionsPlace}, stages.${name}`)]));
}

function readStage(raw: unknown, place: string): StageOptions {
  const {
    principals,
    recipients,
    roles: rawRoles,
    trust,
    tags,
    ...stage
  } = readFields(raw, stageOptionTypes, place) as RawStageOptions;
  const { region, accountId, replicaRegions, keyRotationDays } = stage;
  assertPlace(region, accountId, place);
  if (replicaRegions !== undefined) checkReplicaRegions(replicaRegions, region, place);
  if (keyRotationDays !== undefined && !isRotationPeriod(keyRotationDays)) {
    throwProblem(wrongType('keyRotationDays', 'a whole number from 90 to 2560', place));
  }
  const located = readRoles(stage, rawRoles, place);
  const syncRole = located.roles?.sync ?? stage.roleArn;
  return {
    ...stage,
    ...located,
    ...(principals === undefined
      ? {}
      : { principals: readPrincipals(principals, { ...located.roles, sync: syncRole }, place) }),
    ...(tags === undefined ? {} : { tags: readTags(tags, place) }),
    ...(trust === undefined ? {} : { trust: readTrust(trust, place) }),
    ...(recipients === undefined ? {} : { recipients: readStageRecipients(recipients, place) }),
  };
}

/** Both go into ARNs of policies, where a wildcard would mean every region or account, and into host names. */
function assertPlace(region: string | undefined, accountId: string | undefined, place: string): void {
  if (region !== undefined && !isRegion(region))
    throwProblem({
      code: 'badRegion',
      what: `"${region}" is not an AWS region`,
      where: place,
      fix: 'Write one like "eu-west-1".',
    });
  if (accountId !== undefined && !isAccountId(accountId))
    throwProblem({
      code: 'badAccountId',
      what: `"${accountId}" is not an AWS account ID`,
      where: place,
      fix: 'Write its twelve digits. To see your current account:\naws sts get-caller-identity',
    });
}

/** Source: KMS EnableKeyRotation, parameter RotationPeriodInDays. */
const isRotationPeriod = (days: number) => Number.isInteger(days) && days >= 90 && days <= 2560;

function checkReplicaRegions(regions: readonly unknown[], home: string | undefined, place: string): void {
  const list: readonly unknown[] | undefined = Array.isArray(regions) ? regions : undefined;
  if (!list?.every(isRegion))
    return throwProblem(wrongType('replicaRegions', 'a list of regions like eu-central-1', place));
  if (new Set([...list, home]).size === list.length + 1) return;
  throwProblem({
    code: 'badReplicaRegions',
    what: 'replicaRegions names a region twice, or the region of the stage itself',
    where: place,
    fix: 'Name each further region once.',
  });
}
