import type { Entry } from '../../report';
import type { Document } from 'sops-codec';
import type { Caller } from '../../aws/caller';
import type { Options } from '../../config/options';
import type { StageToSetUp } from './locate';

/** A service to set up. */
export interface ServiceSetup {
  readonly workspaceRoot: string;
  /** Project root, relative to the workspace. */
  readonly root: string;
  /** The name by which commands address the plugin's generators. */
  readonly pluginName: string;
  /** Extension of new secret files. */
  readonly extension: string;
  /** Make keys that are missing; otherwise files only, for stages whose key exists. */
  readonly makeKeys: boolean;
  /** Make encrypted files; otherwise the rules in `.sops.yaml` only. */
  readonly makeFiles: boolean;
  readonly stages: readonly StageToSetUp[];
  readonly options: Options;
  /** Whoever runs this, where several services are set up by one run; each has its own otherwise. */
  readonly caller?: Caller | undefined;
  /** Takes what became of each stage, for a report. */
  readonly record?: ((entry: Entry) => void) | undefined;
  /** What new files hold, where they are made with values in them. */
  readonly contents?: NewContents | undefined;
}

/** Values that a new secret file is made with. */
export interface NewContents {
  readonly documents: readonly Document[];
  /** Whether the rule may leave a value unencrypted. */
  readonly mayStayPlain: (keys: readonly string[]) => boolean;
  /** The stage's file is replaced where there is one: it is not under the stage's own key. */
  readonly replace: boolean;
}
