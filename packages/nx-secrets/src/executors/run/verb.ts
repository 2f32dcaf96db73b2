import type { ExecutorContext } from '@nx/devkit';
import type { Report } from '../../report/report';
import type { Interruption } from '../../terminal/interruption';

/** What an executor needs of Nx. */
export type Context = Pick<ExecutorContext, 'root' | 'nxJsonConfiguration' | 'projectsConfigurations'>;

/** Options that every verb has. */
export interface ReportOptions {
  /** File that gets the report as JSON, relative to the workspace. */
  readonly json?: string;
}

/** What an executor, single or batch, does for some services of the workspace. */
export interface Verb<Options extends ReportOptions> {
  /** Name of the executor. */
  readonly name: string;
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
