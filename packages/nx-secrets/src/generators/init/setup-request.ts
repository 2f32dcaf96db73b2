import type { Options } from '../../config/options';
import type { StageToSetUp } from './locate';

/** A service to set up. */
export interface ServiceSetup {
  readonly workspaceRoot: string;
  /** Project root, relative to the workspace. */
  readonly root: string;
  /** The name under which the plugin is installed. */
  readonly pluginName: string;
  /** Extension of new secret files. */
  readonly extension: string;
  /** Make keys that are missing; otherwise files only, for stages whose key exists. */
  readonly makeKeys: boolean;
  /** Make encrypted files; otherwise the rules in `.sops.yaml` only. */
  readonly makeFiles: boolean;
  readonly stages: readonly StageToSetUp[];
  readonly options: Options;
}
