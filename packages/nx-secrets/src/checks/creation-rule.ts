import { posix } from 'node:path';
import { identityText, ruleFor, type KeyGroup, type Recipient, type SopsConfig } from 'sops-codec';
import type { Problem } from '../problem';
import type { ProblemCode } from '../problem-codes';
import {
  namedKeys,
  otherServicesKey,
  underAnotherKey,
  underOwnContext,
  underOwnKey,
} from '../secret-file/other-key';
import type { Names } from '../config/names';
import { generate, updateKeys } from '../config/commands';
import { isStageKey } from '../config/stage-key';

/** A stage's secret file, as far as its creation rule is about it. */
export interface RuledFile {
  readonly names: Names;
  /** Path relative to the service's root, which is what rules match. */
  readonly path: string;
  /** Recipients that the file has; undefined where it cannot be read. */
  readonly groups: readonly KeyGroup[] | undefined;
}

/**
 * Whether `.sops.yaml` says of a file what it should: a rule that names this service's and stage's key, no other
 * service's, and the recipients that the file has.
 *
 * @param owners key aliases of all services and stages, with whom they belong to
 */
export function creationRule(
  config: SopsConfig,
  { names, path, groups }: RuledFile,
  owners: ReadonlyMap<string, string>,
): Problem | undefined {
  const rule = ruleFor(config, path);
  const file = posix.join(names.address.root, path);
  const update = updateKeys(file);
  const refuse = (code: ProblemCode, what: string, fix: string): Problem => ({
    code,
    what,
    where: rule ? `${config.where}, line ${rule.line}` : config.where,
    fix,
  });
  if (!rule) {
    return refuse(
      'noCreationRule',
      `no creation rule matches ${path}, so sops and nx-secrets cannot create the file again`,
      `Add it:\n${generate(names.address, 'init', `--stages=${names.stage}`)}`,
    );
  }
  const keys = namedKeys(rule.groups.flat());
  const other = otherServicesKey(keys, names, owners);
  if (other) {
    return refuse(
      'ruleNamesOtherKey',
      `the rule for ${path} names ${other.key.resource}, the key of ${owners.get(other.key.resource) ?? ''}`,
      keys.some(({ key }) => isStageKey(key, names))
        ? `Remove it there, then:\n${update}`
        : underOwnKey(other, names, file),
    );
  }
  const own = keys.find(({ key }) => isStageKey(key, names));
  if (!own) {
    return refuse(
      'ruleLacksKey',
      `the rule for ${path} does not name ${names.foreignKey?.arn ?? names.keyAlias}, the key of its service and stage`,
      underAnotherKey(keys, names, file),
    );
  }
  const wrong = (['service', 'stage'] as const).find(
    (name) => own.context?.[name] !== undefined && own.context[name] !== names[name],
  );
  if (wrong) {
    return refuse(
      'wrongContext',
      `the rule for ${path} has the encryption context ${wrong} "${own.context?.[wrong] ?? ''}"`,
      underOwnContext(names, file),
    );
  }
  const difference = groups && differenceOf(rule.groups, groups);
  if (difference)
    return refuse(
      'ruleDiffers',
      `${difference} ${path}`,
      `Correct the rule. If the rule is right:\n${update}`,
    );
  return undefined;
}

/** Who is named by the rule and cannot open the file, or the other way round. */
function differenceOf(matched: readonly KeyGroup[], actual: readonly KeyGroup[]): string | undefined {
  const missing = without(matched, actual);
  if (missing !== undefined) return `${missing} is in the rule but cannot open`;
  const redundant = without(actual, matched);
  return redundant === undefined ? undefined : `${redundant} is not in the rule but can open`;
}

function without(some: readonly KeyGroup[], others: readonly KeyGroup[]): string | undefined {
  const known = new Set(others.flat().map(identity));
  const one = some.flat().find((recipient) => !known.has(identity(recipient)));
  return one && `the ${one.kind} recipient ${identity(one)}`;
}

/** A rule may leave the version of an Azure key open; the file has the one that was current. */
const identity = (recipient: Recipient): string =>
  identityText(recipient.kind === 'azure_kv' ? { ...recipient, version: '' } : recipient);
