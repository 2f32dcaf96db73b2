import { throwProblem, type Problem } from '../problem';
import { generate, shellWord, type Address } from './commands';
import type { Options } from './options';
import { fillPattern } from './pattern';

export { fillPattern } from './pattern';

/** One service and stage, with the names that follow from them. */
export interface Names {
  readonly service: string;
  readonly stage: string;
  /** Name of the secret in Secrets Manager. */
  readonly secretName: string;
  /** Alias of the KMS key, `alias/` included. */
  readonly keyAlias: string;
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
  const names = {
    service,
    stage,
    secretName: fillPattern(options.secretName, service, stage),
    keyAlias: `alias/${fillPattern(options.keyAlias, service, stage)}`,
    address: { root, project: options.projects.get(root) },
  };
  const problem = stageProblem(stage, root) ?? secretNameProblem(names, root) ?? keyAliasProblem(names, root);
  return problem ? throwProblem(problem) : names;
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
function secretNameProblem({ service, stage, secretName }: Names, root: string): Problem | undefined {
  const refused = [...secretName].find((character) => !/[A-Za-z0-9/_+=.@-]/.test(character));
  if (refused !== undefined || secretName.length > 512)
    return refusedName('secret name', secretName, refused, root);
  // Secrets Manager takes a name ending in "-" and six characters for the end of an ARN when it looks a secret up.
  if (/-[A-Za-z0-9]{6}$/.test(secretName)) {
    return {
      code: 'badSecretName',
      what: `the secret name ${secretName} ends with a hyphen and six characters, which AWS can mistake for the suffix of an ARN`,
      where: `${root}, service ${service}, stage ${stage}`,
      fix: `Rename the stage (for example to "${stage}x"), or change "secretName" in nx.json.`,
    };
  }
  return undefined;
}

/** Source: KMS CreateAlias, parameter AliasName. */
function keyAliasProblem({ keyAlias }: Names, root: string): Problem | undefined {
  const refused = [...keyAlias].find((character) => !/[a-zA-Z0-9/_-]/.test(character));
  if (refused !== undefined || keyAlias.length > 256)
    return refusedName('key alias', keyAlias, refused, root);
  if (!keyAlias.startsWith('alias/aws/')) return undefined;
  return {
    code: 'badKeyAlias',
    what: `the key alias ${keyAlias} begins with alias/aws/, which AWS reserves`,
    where: root,
    fix: 'Change "keyAlias" in nx.json.',
  };
}

const refusedName = (kind: string, name: string, character: string | undefined, root: string): Problem => ({
  code: kind === 'secret name' ? 'badSecretName' : 'badKeyAlias',
  what:
    character === undefined
      ? `the ${kind} ${name} is too long for AWS`
      : `AWS does not allow "${character}" in the ${kind} ${name}`,
  where: root,
  fix: `Give the service a name of its own in nx.json: "services": { "${root}": "a-name-of-letters-digits-and-hyphens" }.`,
});

/** Names with the project root that they belong to. */
export type PlacedNames = Names & { readonly root: string };

/**
 * The problems of services and stages that share a secret name or a key alias, by project root: none of them may be
 * pushed, since each would overwrite the other.
 */
export function clashes(all: readonly PlacedNames[]): ReadonlyMap<string, Problem> {
  const seen = new Map<string, PlacedNames>();
  const problems = new Map<string, Problem>();
  for (const names of all) {
    for (const name of [names.secretName, names.keyAlias]) {
      const first = seen.get(name);
      if (!first) {
        seen.set(name, names);
      } else {
        for (const root of [first.root, names.root]) problems.set(root, clash(name, first, names));
      }
    }
  }
  return problems;
}

const clash = (name: string, first: PlacedNames, second: PlacedNames): Problem => ({
  code: 'nameClash',
  what: `${first.root} (stage ${first.stage}) and ${second.root} (stage ${second.stage}) would share ${name}`,
  where: second.root,
  // Which of them came later is not to be seen here, and the other one's key, file and secret go by its name.
  fix: `Give the newer one a name of its own in nx.json, "services": { "${second.root}": "another-name" }, or "${first.root}" if that is the newer. If its folder is a copy, also make its files again:\nrm -r ${shellWord(`${second.root}/.sops.yaml`)} ${shellWord(`${second.root}/secrets`)}\n${generate(second.address, 'init')}`,
});
