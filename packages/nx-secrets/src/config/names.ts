import type { KeyArn } from './key-arn';
import { throwProblem, type Problem } from '../problem';
import { generate, shellWord, type Address } from './commands';
import type { Options } from './options';
import { formerNames, type FormerNames } from './former-names';
import { fillPattern } from './pattern';
import { patternsOf } from './service-patterns';
import { filledTags, type Tags } from './tags';

export { fillPattern } from './pattern';

/** One service and stage, with the names that follow from them. */
export interface Names {
  readonly service: string;
  readonly stage: string;
  /** Name of the secret in Secrets Manager. */
  readonly secretName: string;
  /** Alias of the KMS key, `alias/` included. */
  readonly keyAlias: string;
  /** The key that somebody else makes for it; then nothing is behind the alias (config/stage-key.ts). */
  readonly foreignKey?: KeyArn;
  /** Tags of the key and the secret besides those that nx-secrets sets; absent where there are none. */
  readonly tags?: Tags;
  /** What they were called before, while a rename is under way and some read by these names. */
  readonly former?: FormerNames;
  /** Where the service is, for the commands that messages advise. */
  readonly address: Address;
}

/**
 * The secret name and key alias of a service's stage.
 *
 * @param root the service's project root, for messages
 * @throws ProblemError where AWS would refuse or misread a name
 */
export function namesOf(service: string, stage: string, options: Options, root: string): Names {
  const patterns = patternsOf(options, root);
  const names = {
    service,
    stage,
    secretName: fillPattern(patterns.secretName, service, stage),
    keyAlias: `alias/${fillPattern(patterns.keyAlias, service, stage)}`,
    address: { root, project: options.projects.get(root) },
  };
  const own = options.patterns.get(root) ?? {};
  const problem =
    stageProblem(stage, root) ??
    secretNameProblem(names, root, own.secretName !== undefined) ??
    keyAliasProblem(names, root, own.keyAlias !== undefined) ??
    serviceNameProblem(service, root);
  if (problem) throwProblem(problem);
  const tags = options.stages.get(stage)?.tags ?? options.tags;
  const formerly = options.formerly.get(root);
  const foreignKey = options.foreignKeys.get(root)?.get(stage);
  return {
    ...names,
    ...(Object.keys(tags).length === 0
      ? {}
      : { tags: filledTags(tags, service, stage, `${root}, stage ${stage}`) }),
    ...(foreignKey === undefined ? {} : { foreignKey }),
    ...(formerly === undefined ? {} : { former: checkedFormer(formerNames(formerly, stage), names, root) }),
  };
}

/** @throws ProblemError where a former name is none that AWS could have had */
function checkedFormer(former: FormerNames, names: Names, root: string): FormerNames {
  const then = { ...names, ...former };
  const problem =
    secretNameProblem(then, root, true) ??
    keyAliasProblem(then, root, true) ??
    serviceNameProblem(former.service, root);
  return problem ? throwProblem(problem) : former;
}

/**
 * What a service may be called where patterns of its own leave its name out of secret and alias: it is in tags, in
 * encryption contexts, and in the ARNs of roles.
 */
function serviceNameProblem(service: string, root: string): Problem | undefined {
  if (/^[\w./@+=-]{1,256}$/.test(service)) return undefined;
  return {
    code: 'badServiceName',
    what: `"${service}" cannot be the name of a service: it is in tags, roles and encryption contexts`,
    where: root,
    fix: ownName(root),
  };
}

function stageProblem(stage: string, root: string): Problem | undefined {
  if (/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(stage)) return undefined;
  return {
    code: 'badStageName',
    what: `"${stage}" cannot be a stage: it is part of file, key and secret names`,
    where: root,
    fix: 'Use up to 64 letters, digits, "-" and "_", starting with a letter or digit.',
  };
}

/** Source: Secrets Manager CreateSecret, parameter Name. */
function secretNameProblem(
  { service, stage, secretName }: Names,
  root: string,
  isOwn: boolean,
): Problem | undefined {
  const refused = [...secretName].find((character) => !/[A-Za-z0-9/_+=.@-]/.test(character));
  if (refused !== undefined || secretName.length > 512)
    return refusedName('secret name', secretName, refused, root, isOwn);
  // Secrets Manager takes a name ending in "-" and six characters for the end of an ARN when it looks a secret up.
  if (/-[A-Za-z0-9]{6}$/.test(secretName)) {
    return {
      code: 'badSecretName',
      what: `the secret name ${secretName} ends with a hyphen and six characters, which AWS can mistake for the suffix of an ARN`,
      where: `${root}, service ${service}, stage ${stage}`,
      fix: `Rename the stage (for example to "${stage}x"), or change "secretName" in nx.json${isOwn ? `, "services": { "${root}": … }` : ''}.`,
    };
  }
  return undefined;
}

/** Source: KMS CreateAlias, parameter AliasName. */
function keyAliasProblem({ keyAlias }: Names, root: string, isOwn: boolean): Problem | undefined {
  const refused = [...keyAlias].find((character) => !/[a-zA-Z0-9/_-]/.test(character));
  if (refused !== undefined || keyAlias.length > 256)
    return refusedName('key alias', keyAlias, refused, root, isOwn);
  if (!keyAlias.startsWith('alias/aws/')) return undefined;
  return {
    code: 'badKeyAlias',
    what: `the key alias ${keyAlias} begins with alias/aws/, which AWS reserves`,
    where: root,
    fix: 'Change "keyAlias" in nx.json.',
  };
}

const ownName = (root: string): string =>
  `Give the service a name of its own in nx.json: "services": { "${root}": "a-name-of-letters-digits-and-hyphens" }.`;

const refusedName = (
  kind: 'secret name' | 'key alias',
  name: string,
  character: string | undefined,
  root: string,
  isOwn: boolean,
): Problem => ({
  code: kind === 'secret name' ? 'badSecretName' : 'badKeyAlias',
  what:
    character === undefined
      ? `the ${kind} ${name} is too long for AWS`
      : `AWS does not allow "${character}" in the ${kind} ${name}`,
  where: root,
  fix: isOwn
    ? `Correct "${kind === 'secret name' ? 'secretName' : 'keyAlias'}" in nx.json, "services": { "${root}": … }.`
    : ownName(root),
});

/** Names with the project root that they belong to. */
export type PlacedNames = Names & { readonly root: string };

/**
 * The problems of services and stages that share a secret name or a key alias, by project root: none of them may be
 * pushed, since each would overwrite the other.
 */
export function clashes(
  all: readonly PlacedNames[],
  options: Pick<Options, 'patterns'>,
): ReadonlyMap<string, Problem> {
  const seen = new Map<string, PlacedNames>();
  const ofContext = new Map<string, PlacedNames[]>();
  const problems = new Map<string, Problem>();
  for (const names of all) {
    const context = JSON.stringify([names.service, names.stage]);
    const alike = ofContext.get(context) ?? [];
    ofContext.set(context, [...alike, names]);
    const other = alike.find(
      ({ root, foreignKey }) => root !== names.root && (foreignKey ?? names.foreignKey),
    );
    if (other) for (const root of [other.root, names.root]) problems.set(root, contextClash(other, names));
    for (const option of ['secretName', 'keyAlias'] as const) {
      const name = names[option];
      const first = seen.get(`${option} ${name}`);
      if (!first) {
        seen.set(`${option} ${name}`, names);
      } else if (first.root !== names.root || first.stage !== names.stage) {
        const own = [names, first].find(({ root }) => options.patterns.get(root)?.[option] !== undefined);
        const problem = own ? patternClash(name, first, names, own, option) : clash(name, first, names);
        for (const root of [first.root, names.root]) problems.set(root, problem);
      }
    }
  }
  return problems;
}

/**
 * A key that somebody else makes may be behind another service's alias, which no name tells. Then the encryption context is
 * what keeps the two apart.
 */
const contextClash = (first: PlacedNames, second: PlacedNames): Problem => ({
  code: 'nameClash',
  what: `${first.root} and ${second.root} are both called ${second.service}, and somebody else makes a key of stage ${second.stage}: each could open the other's files`,
  where: second.root,
  fix: ownName(second.root),
});

const clash = (name: string, first: PlacedNames, second: PlacedNames): Problem => ({
  code: 'nameClash',
  what: `${first.root} (stage ${first.stage}) and ${second.root} (stage ${second.stage}) would share ${name}`,
  where: second.root,
  // Which of them came later is not to be seen here, and the other one's key, file and secret go by its name.
  fix: `Give the newer one a name of its own in nx.json, "services": { "${second.root}": "another-name" }, or "${first.root}" if that is the newer. If its folder is a copy, also make its files again:\nrm -r ${shellWord(`${second.root}/.sops.yaml`)} ${shellWord(`${second.root}/secrets`)}\n${generate(second.address, 'init')}`,
});

/** Where a pattern that one service has of its own makes a name that another one has. */
const patternClash = (
  name: string,
  first: PlacedNames,
  second: PlacedNames,
  own: PlacedNames,
  option: 'secretName' | 'keyAlias',
): Problem => ({
  code: 'nameClash',
  what: `${first.root} (stage ${first.stage}) and ${second.root} (stage ${second.stage}) would share ${name}`,
  where: own.root,
  fix: `No two services may share a secret or a key. Give ${own.root} another "${option}" in nx.json, "services": { "${own.root}": … }, or remove it there.`,
});
