import { AwsError } from '../protocol/aws-error';
import type { SecretVersion } from '../store/model';

export const CURRENT = 'AWSCURRENT';
export const PREVIOUS = 'AWSPREVIOUS';

const maximumLabels = 20;
const maximumUnlabelled = 100;

/** The version that carries a label; a label is on one version at most. */
export function holder(versions: readonly SecretVersion[], stage: string): SecretVersion | undefined {
  return versions.find((version) => version.stages.includes(stage));
}

/**
 * Puts labels on one version and takes them from whichever had them. Where AWSCURRENT moves, the version it leaves
 * becomes AWSPREVIOUS, as AWS does.
 * @throws AwsError LimitExceededException beyond 20 labels
 */
export function moveLabels(
  versions: readonly SecretVersion[],
  stages: readonly string[],
  to: string,
): readonly SecretVersion[] {
  const left = stages.includes(CURRENT) ? holder(versions, CURRENT) : undefined;
  const labelled = attach(versions, stages, to);
  return left === undefined || left.id === to ? labelled : attach(labelled, [PREVIOUS], left.id);
}

/** Takes a label off whichever version has it. */
export function removeLabel(versions: readonly SecretVersion[], stage: string): readonly SecretVersion[] {
  return versions.map((version) =>
    version.stages.includes(stage) ? { ...version, stages: without(version.stages, [stage]) } : version,
  );
}

/**
 * Drops the oldest unlabelled versions beyond the hundred that AWS keeps. AWS spares those of the last 24 hours;
 * here they go at once, so that the limit can be met in a test.
 */
export function withoutDeprecated(versions: readonly SecretVersion[]): readonly SecretVersion[] {
  const unlabelled = versions.filter((version) => version.stages.length === 0);
  const gone = new Set(unlabelled.slice(0, Math.max(0, unlabelled.length - maximumUnlabelled)));
  return gone.size === 0 ? versions : versions.filter((version) => !gone.has(version));
}

function attach(
  versions: readonly SecretVersion[],
  stages: readonly string[],
  to: string,
): readonly SecretVersion[] {
  return versions.map((version) => {
    const kept = without(version.stages, stages);
    if (version.id !== to)
      return kept.length === version.stages.length ? version : { ...version, stages: kept };
    const all = [...kept, ...stages];
    if (all.length > maximumLabels) {
      throw new AwsError(
        'LimitExceededException',
        `A version of a secret can't have more than ${maximumLabels} staging labels.`,
      );
    }
    return { ...version, stages: all };
  });
}

function without(stages: readonly string[], gone: readonly string[]): readonly string[] {
  return stages.filter((stage) => !gone.includes(stage));
}
