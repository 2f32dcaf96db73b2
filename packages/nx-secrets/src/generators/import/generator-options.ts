import type { LocationOptions } from '../../config/project-location';

/** Options of `nx g secrets:import`, as in schema.json. */
export interface ImportOptions extends LocationOptions {
  /** Path of the source, or `-` for standard input. */
  readonly file?: string;
  readonly from?: string;
  readonly stage?: string;
  readonly prefix?: string;
  /** Name of a Kubernetes Secret. */
  readonly secret?: string;
  readonly format?: string;
  readonly overwrite?: string | readonly string[];
  readonly json?: string;
  readonly removeSource?: boolean;
}
