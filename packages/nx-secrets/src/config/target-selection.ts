import type { Options } from './options';
import type { Service } from './services';

/** What every task knows of the workspace. */
export interface WorkspaceServices {
  readonly workspaceRoot: string;
  readonly options: Options;
  /** All services of the workspace: none may share a name with another, or open another's files. */
  readonly everyService: readonly Service[];
}

/** What a task is for. */
export interface TargetSelection extends WorkspaceServices {
  /** The services that it is for. */
  readonly services: readonly Service[];
  /** The stages that it is for; none means all. */
  readonly stages: readonly string[];
}
