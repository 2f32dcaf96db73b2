import type { Recipient } from 'sops-codec';
import { parseKeyArn, type KeyArn } from '../aws/arn';
import { generate, runTarget, shellWord, updateKeys } from '../config/commands';
import type { Names } from '../config/names';
import { isStageKey, keyArnIn } from '../config/stage-key';

/** A KMS key that a file or a creation rule names. */
export interface NamedKey {
  readonly key: KeyArn;
  readonly context?: Readonly<Record<string, string>> | undefined;
}

/** The KMS keys among recipients. */
export const namedKeys = (recipients: readonly Recipient[]): readonly NamedKey[] =>
  recipients.flatMap((recipient) => {
    const key = recipient.kind === 'kms' ? parseKeyArn(recipient.arn) : undefined;
    return recipient.kind === 'kms' && key ? [{ key, context: recipient.context }] : [];
  });

/** The key of another service or stage among keys that are named; the stage's own alias is its own, in use or not. */
export const otherServicesKey = (
  keys: readonly NamedKey[],
  { keyAlias, foreignKey }: Pick<Names, 'keyAlias' | 'foreignKey'>,
  owners: ReadonlyMap<string, string>,
): NamedKey | undefined =>
  keys.find(
    ({ key: { resource } }) =>
      resource !== keyAlias && resource !== foreignKey?.resource && owners.has(resource),
  );

/** Whose a key is by its encryption context, or else by its alias. */
interface Claim {
  readonly named: NamedKey;
  readonly service: string;
  readonly stage: string;
}

/**
 * What to do where a file, or the rule for it, names another key than its service's and stage's: by what may have happened.
 * A service or stage that is called otherwise now keeps name, key and secret where that is undone; else its rule and then
 * the file are put under a key of the new name. Nothing is lost either way.
 *
 * @param keys that are named instead
 * @param path of the secret file, relative to the workspace
 */
export function underAnotherKey(keys: readonly NamedKey[], names: Names, path: string): string {
  const claim = claimOf(keys, names);
  if (claim && claim.service !== names.service) return renamedService(claim.service, names);
  if (names.foreignKey || keys.some(({ key }) => key.resource.startsWith('key/')))
    return underPresentKey(names);
  return [...(claim ? keepNames(claim, names, path) : []), newKey(claim?.named, names, path)].join('\n');
}

/** Where nx.json names another key for the stage than before: one that somebody else makes, or the stage's own again. */
const underPresentKey = (names: Names): string =>
  [
    `If nx.json named that key for the stage in the last commit, put rule and file under ${names.foreignKey?.arn ?? names.keyAlias}:`,
    newDataKey(names),
    'If the change of nx.json is committed already, and you know that key: put its ARN back into nx.json, commit, change it again, and run that.',
    ...(names.foreignKey
      ? []
      : [
          'Where that key does not exist yet, this makes it, once the rule names it; then run the first command again:',
          runTarget(names.address, 'provision-keys', `--stage=${names.stage}`),
        ]),
  ].join('\n');

/** A service that its files call otherwise: its folder, or the repository, was renamed or moved. */
const renamedService = (before: string, { address, service }: Names): string =>
  [
    `If the service was called "${before}" before (its folder or the repository was renamed or moved), keep its name, key and secret:`,
    generate(address, 'rename'),
    `If it is to be called "${service}" from now on, with its own key and secret:`,
    generate(address, 'rename', `--new-name=${shellWord(service)}`),
  ].join('\n');

/**
 * The steps that put a file under its service's and stage's own key: rule, key, file.
 *
 * @param other a key that the rule names until now
 */
export function underOwnKey(other: NamedKey | undefined, names: Names, path: string): string {
  const { address, service, stage } = names;
  return [
    `1. In ${inRoot(address.root, '.sops.yaml')}, in the rule for ${fileIn(address.root, path)}, name the key ${arnOf(other, names)}, with the context { service: ${service}, stage: ${stage} }, in place of ${other ? `${other.key.resource} and its context` : 'the present key'}. Then create the key if it does not exist, and encrypt the file for it:`,
    runTarget(address, 'provision-keys', `--stage=${stage}`),
    updateKeys(path),
  ].join('\n');
}

/** Where only the encryption context is another one: the rule's, and then the file's. */
export const underOwnContext = ({ address, service, stage }: Names, path: string): string =>
  [
    `In ${inRoot(address.root, '.sops.yaml')}, the rule for ${fileIn(address.root, path)} must have the context { service: ${service}, stage: ${stage} }. Then update the file:`,
    updateKeys(path),
  ].join('\n');

/** Who had the key may know the data key, which updatekeys keeps. */
export const newDataKey = ({ address, stage }: Names): string =>
  generate(address, 'rotate', '--data-key', `--stage=${stage}`);

function keepNames({ named, stage }: Claim, names: Names, path: string): readonly string[] {
  if (stage !== names.stage) {
    const before = path.replace(/[^/]*$/, (file) => file.replace(names.stage, stage));
    return [
      `If the stage was called "${stage}" before: to keep that name, its key and its secret:`,
      `git mv ${shellWord(path)} ${shellWord(before)}`,
      `If it is to be called "${names.stage}" from now on, with its own key and secret:`,
    ];
  }
  const pattern = patternOf(named.key.resource, names);
  return [
    ...(pattern
      ? [
          `If "keyAlias" in nx.json was changed: to keep the keys, restore it in the plugin's options: "keyAlias": ${JSON.stringify(pattern)}. Nothing else is needed.`,
        ]
      : []),
    `If ${names.keyAlias} is to be the key from now on:`,
  ];
}

function newKey(other: NamedKey | undefined, names: Names, path: string): string {
  const old = other ? ` The old key, ${other.key.resource}, is kept: files in Git's history need it.` : '';
  return `${underOwnKey(other, names, path)}\n2. Commit, and sync.${old}`;
}

/** The key that says of which service and stage it is, where one does. */
function claimOf(keys: readonly NamedKey[], names: Names): Claim | undefined {
  for (const named of keys) {
    const byAlias = serviceIn(named.key.resource, names);
    const { service = byAlias, stage = names.stage } = named.context ?? {};
    // What a file says is nobody's word: a name that could be none is not advised.
    if (service !== undefined && /^[\w.@+=-]+$/.test(service) && /^[A-Za-z0-9][\w-]*$/.test(stage))
      return { named, service, stage };
  }
  return undefined;
}

/** The service that keys are of, where it is another one than this; undefined where the own key is among them. */
export function formerNameIn(keys: readonly NamedKey[], names: Names): string | undefined {
  if (keys.some(({ key }) => isStageKey(key, names))) return undefined;
  const claim = claimOf(keys, names);
  return claim && claim.service !== names.service && claim.stage === names.stage ? claim.service : undefined;
}

/** The service of an alias that is made as the own one is, for the same stage. */
function serviceIn(alias: string, { keyAlias, service }: Names): string | undefined {
  const at = keyAlias.indexOf(service, 'alias/'.length);
  if (at < 0) return undefined;
  const [before, after] = [keyAlias.slice(0, at), keyAlias.slice(at + service.length)];
  const is = alias.startsWith(before) && alias.endsWith(after) && alias.length > before.length + after.length;
  return is ? alias.slice(before.length, alias.length - after.length) : undefined;
}

/** The pattern of which an alias is made for this service and stage, where it holds both names. */
function patternOf(alias: string, { service, stage }: Names): string | undefined {
  const text = alias.slice('alias/'.length);
  const at = text.indexOf(service);
  if (at < 0) return undefined;
  const rest = (part: string) => part.replace(stage, '{stage}');
  const pattern = `${rest(text.slice(0, at))}{service}${rest(text.slice(at + service.length))}`;
  return pattern.split('{stage}').length === 2 ? pattern : undefined;
}

/** The ARN of the own key: an alias is where the other key is. */
const arnOf = (other: NamedKey | undefined, names: Names): string =>
  names.foreignKey?.arn ??
  (other ? keyArnIn(other.key.region, other.key.accountId, names) : `arn:…:${names.keyAlias}`);

const inRoot = (root: string, file: string): string => (root === '.' ? file : `${root}/${file}`);

const fileIn = (root: string, path: string): string => (root === '.' ? path : path.slice(root.length + 1));
