import { posix } from 'node:path';
import { readConfig, type SopsConfig } from 'sops-codec';
import { readWorkspaceFile } from '../config/read-file';
import { placed } from './read-write';
import { sopsConfigFile } from '../config/services';

/** Reads the `.sops.yaml` of a service. @throws ProblemError naming it where it is missing or no configuration */
export async function readSopsConfig(workspaceRoot: string, root: string): Promise<SopsConfig> {
  const path = posix.join(root, sopsConfigFile);
  const text = (await readWorkspaceFile(workspaceRoot, path)).toString('utf8');
  return placed(path, () => readConfig(text, path));
}
