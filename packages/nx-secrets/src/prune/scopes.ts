import { defaultRegion } from '../aws/identity';
import { openObjects } from '../git/objects';
import { parseKeyArn } from '../aws/arn';
import { namesOf } from '../config/names';
import type { Options } from '../config/options';
import { serviceName } from '../config/services';
import { serviceRootOf } from '../config/secret-file-name';
import { isStageKey } from '../config/stage-key';
import { assertOnePruneRole, pruneRole } from '../config/stage-roles';
import type { RemovedFile } from './removed-files';

/** Where to look for secrets: a region, as whom, and in which account that should end up. */
export interface Place {
  readonly region: string;
  readonly accountId: string | undefined;
  readonly roleArn: string | undefined;
  /** A stage that is there. */
  readonly stage: string;
  /** nx.json names it; otherwise only files that are gone do, and not getting there is no failure. */
  readonly configured: boolean;
}

/**
 * The places of the configured stages, and those of the keys that removed files were encrypted with: the stage of a
 * removed file may be gone from nx.json, too.
 *
 * @param stages to look for; none means all
 */
export async function placesOf(
  workspaceRoot: string,
  options: Options,
  stages: readonly string[],
  removals: readonly RemovedFile[],
): Promise<readonly Place[]> {
  const wanted = (stage: string) => stages.length === 0 || stages.includes(stage);
  const configured = [...options.stages].filter(([stage]) => wanted(stage));
  const places: Place[] = [];
  for (const [name, stage] of options.stages.size === 0 ? ([['', {}]] as const) : configured) {
    const { region, accountId } = { region: undefined, accountId: undefined, ...stage };
    const roleArn = pruneRole(stage, name);
    assertOnePruneRole(roleArn, name);
    places.push({
      region: region ?? (await defaultRegion()),
      accountId,
      roleArn,
      stage: name,
      configured: true,
    });
  }
  const removed = removals.filter(({ file }) => wanted(file.stage));
  const all = [...places, ...(await placesOfKeys(workspaceRoot, options, removed))];
  return all.filter((place, index) => all.findIndex((other) => covers(other, place)) === index);
}

/** Whether looking at `place` finds what looking at `other` does. */
const covers = (place: Place, other: Place): boolean =>
  place.region === other.region &&
  place.roleArn === other.roleArn &&
  (place.accountId === other.accountId || (place.configured && place.accountId === undefined));

async function placesOfKeys(
  workspaceRoot: string,
  options: Options,
  removals: readonly RemovedFile[],
): Promise<readonly Place[]> {
  if (removals.length === 0) return [];
  const { parse } = await import('sops-codec');
  const objects = openObjects(workspaceRoot);
  const keyOf = async (one: RemovedFile) => {
    const bytes = one.last === undefined ? undefined : await objects.read(one.last);
    if (!bytes) return undefined;
    const root = serviceRootOf(one.path);
    const names = namesOf(await serviceName(workspaceRoot, root, options), one.file.stage, options, root);
    const recipients = parse(bytes, one.file.format).metadata.groups.flat();
    const keys = recipients.flatMap((recipient) =>
      recipient.kind === 'kms' ? (parseKeyArn(recipient.arn) ?? []) : [],
    );
    return keys.find((key) => isStageKey(key, names)) ?? keys[0];
  };
  try {
    const places = await Promise.all(
      removals.map(async (one) => {
        const key = await keyOf(one).catch(() => undefined); // No secret file after all, or a damaged one.
        const { stage } = one.file;
        const roleArn = pruneRole(options.stages.get(stage) ?? {}, stage);
        return key
          ? [{ region: key.region, accountId: key.accountId, roleArn, stage, configured: false }]
          : [];
      }),
    );
    return places.flat();
  } finally {
    await objects.close();
  }
}
