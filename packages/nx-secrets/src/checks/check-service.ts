import { posix } from 'node:path';
import { ruleFor, type EncryptedFile } from 'sops-codec';
import { pendingValuesIn, allKeys } from '../secret-file/pending-values';
import { toProblem, type Problem } from '../problem';
import { namedKeys } from '../secret-file/other-key';
import { ownership } from '../secret-file/ownership';
import { namesOf, type Names } from '../config/names';
import type { IsExcepted } from './exceptions';
import type { Options } from '../config/options';
import { mayHaveStage, stageNotOfService } from '../config/service-stages';
import type { SecretFile } from '../config/secret-file-name';
import { keysToSetProblem } from '../secret-file/keys-to-set';
import { readKeysToSet } from '../secret-file/read-keys-to-set';
import { readSecretFile } from '../secret-file/read-write';
import { twoFilesProblem, type Service } from '../config/services';
import { readSopsConfig } from '../secret-file/sops-config';
import { creationRule } from './creation-rule';
import { damagedValues } from './damaged-values';
import { encrypted } from './encrypted';
import type { MaxAge } from './max-age';
import { datedValues, noHistory, oldValues } from './old-values';
import { environmentProblems } from './environment-files';
import type { ListedSiblings } from './sibling-files';
import { plaintextSiblings } from './plaintext-siblings';
import { keysOfEncrypted, secretKeys } from './secret-keys';
import { renamedService } from './renamed-service';
import { sameKeys } from './same-keys';
import { size } from './size';
import { unlistedIn } from './unlisted-recipients';
import type { Origins } from './value-age';

/** What all services are checked against. */
export interface Surroundings {
  readonly workspaceRoot: string;
  readonly options: Options;
  /** Key aliases, with whom they belong to. */
  readonly owners: ReadonlyMap<string, string>;
  /** Names of all services. */
  readonly services: ReadonlySet<string>;
  readonly clashing: ReadonlyMap<string, Problem>;
  /** Secret files that Git has otherwise than they are here. */
  readonly unlikeGit: ReadonlyMap<string, Problem>;
  /** What nx.json excepts from the search for plaintext values. */
  readonly isExcepted: IsExcepted;
  /** Where ages are asked for: the limit, and what history says. */
  readonly ages: Ages | undefined;
}

/** How old values may be, and where they come from. */
export interface Ages {
  readonly maxAge: MaxAge;
  readonly origins: Origins | 'shallow' | 'unavailable';
}

/** A secret file that could be read. */
interface ReadFile {
  /** Keys that the stage has yet to get a value for. */
  readonly toSet: readonly string[];
  readonly secretFile: SecretFile;
  readonly names: Names;
  /** Relative to the workspace. */
  readonly path: string;
  readonly file: EncryptedFile;
}

/** What was found: about a stage's file, or about the service where `stage` is empty. */
export interface Finding {
  readonly stage: string;
  readonly problem: Problem;
}

/** The findings about a service's files, its `.sops.yaml` and the files next to them. */
export async function checkService(
  service: Service,
  siblings: ListedSiblings,
  { workspaceRoot, options, owners, services, clashing, isExcepted, unlikeGit, ages }: Surroundings,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const note = (stage: string, problem: Problem | undefined) => {
    if (problem) findings.push({ stage, problem });
  };
  const files: ReadFile[] = [];
  for (const secretFile of service.files) {
    try {
      files.push(await readOne(workspaceRoot, service, secretFile, options));
    } catch (error) {
      note(secretFile.stage, toProblem(error));
    }
  }
  const config = await readSopsConfig(workspaceRoot, service.root).catch((error: unknown) => {
    note('', toProblem(error));
    return undefined;
  });
  const renamed = renamedService(
    files.map(({ names, file, secretFile }) => ({
      names,
      keys: namedKeys([
        ...file.metadata.groups.flat(),
        ...((config && ruleFor(config, secretFile.path)?.groups.flat()) ?? []),
      ]),
    })),
    services,
  );
  for (const { names, path } of files) note(names.stage, renamed ?? unlikeGit.get(path));
  note('', twoFilesProblem(service) ?? clashing.get(service.root));
  for (const { secretFile, names, path, file, toSet } of files) {
    const { stage } = names;
    note(stage, keysToSetProblem(toSet, path, names.address));
    note(stage, stageNotOfService(service, secretFile, options));
    note(stage, encrypted(file, path, names));
    note(stage, damagedValues(file, path));
    const stageOptions = options.stages.get(stage) ?? {};
    const own = ownership(file, names, owners, path, stageOptions);
    note(stage, own.kind === 'refused' && !renamed ? own.problem : undefined);
    if (own.kind === 'own') {
      const target = { root: service.root, path, names, stage: stageOptions, key: own.key };
      for (const problem of unlistedIn(file, config, target)) note(stage, problem);
    }
    const matched = {
      names,
      path: secretFile.path,
      groups: own.kind === 'own' ? file.metadata.groups : undefined,
    };
    note(stage, config && !renamed ? creationRule(config, matched, owners) : undefined);
    note(stage, size(file, options.outputs.get(service.root) ?? 'json', path));
    note(stage, ages && tooOld(file, ages, names, path));
  }
  const address = { root: service.root, project: options.projects.get(service.root) };
  // A key that is still to be set is a finding of its own already.
  const keys = files.map(({ names, path, file, toSet }) => ({
    stage: names.stage,
    path,
    keys: [...allKeys(file, path), ...toSet.map((key) => key.replaceAll(/\[\d+\]/g, ''))],
  }));
  const alike = keys.filter(
    ({ stage, path }) => !path.endsWith('.bin') && mayHaveStage(service.root, stage, options),
  );
  for (const [stage, problem] of sameKeys(alike, address, options)) note(stage, problem);
  const secrets = {
    keys: new Set(files.flatMap(({ path, file }) => secretKeys(file, path))),
    stage: service.files[0]?.stage ?? 'dev',
    keysOf: keysOfEncrypted,
  };
  for (const problem of plaintextSiblings(siblings, secrets, address, isExcepted)) note('', problem);
  for (const problem of environmentProblems(siblings.environment, isExcepted)) note('', problem);
  return findings;
}

function tooOld(
  file: EncryptedFile,
  { maxAge, origins }: Ages,
  names: Names,
  path: string,
): Problem | undefined {
  if (typeof origins === 'string') return noHistory(origins);
  return oldValues(datedValues(file, origins, path), maxAge, names, path);
}

async function readOne(
  workspaceRoot: string,
  service: Service,
  secretFile: SecretFile,
  options: Options,
): Promise<ReadFile> {
  const path = posix.join(service.root, secretFile.path);
  const names = namesOf(service.name, secretFile.stage, options, service.root);
  const { file } = await readSecretFile(workspaceRoot, path);
  pendingValuesIn(file.documents, path); // Throws where one cannot be read.
  const toSet = await readKeysToSet(workspaceRoot, path, file);
  return { secretFile, names, path, file, toSet };
}
