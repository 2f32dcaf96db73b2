import type { ExecutorContext } from '@nx/devkit';
import type { Report } from '../../report';
import type { Interruption } from '../../interruption';

/** What an option takes. */
export type OptionKind =
  'flag' | 'names' | 'secret-names' | 'alias-names' | 'flag-or-names' | 'number' | 'text';

/** What an executor needs of Nx. */
export type Context = Pick<ExecutorContext, 'root' | 'nxJsonConfiguration' | 'projectsConfigurations'>;

/** Options that every verb has. */
export interface ExecutorOptions {
  /** Stages that the verb is for; none means all. */
  readonly stage?: string | readonly string[];
  /** Also write the report as JSON to this file, relative to the workspace. */
  readonly json?: string;
}

/** What an executor, single or batch, does for some services of the workspace. */
export interface ExecutorDefinition<Options extends ExecutorOptions> {
  /** Name of the executor. */
  readonly name: string;
  /** Its options, with what each takes. */
  readonly options: Readonly<Record<string, OptionKind>>;
  /**
   * Does it for the services at some project roots, and says what became of each.
   *
   * @throws ProblemError where the request itself is wrong
   */
  readonly run: (
    roots: readonly string[],
    options: Options,
    context: Context,
    interruption: Interruption,
  ) => Promise<Report>;
}
