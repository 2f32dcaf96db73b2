import type { LocationOptions } from '../../config/project-location';

/** Options of `nx g secrets:import`, as in schema.json. */
export interface ImportOptions extends LocationOptions {
  /** Path of the source, or `-` for standard input. */
  readonly file?: string;
  readonly from?: string;
  readonly stage?: string;
  readonly prefix?: string;
  readonly format?: string;
  readonly overwrite?: string | readonly string[];
  /** Name of a Kubernetes Secret; name or ARN of one secret or parameter in AWS. */
  readonly secret?: string;
  /** How names of secrets or parameters are built. */
  readonly pattern?: string;
  /** Path of SSM parameters. */
  readonly path?: string;
  /** Path of a mapping file. */
  readonly map?: string;
  /** The key that a text becomes the value of. */
  readonly key?: string;
  /** Region of the source. */
  readonly region?: string;
  /** Secrets keep their names: nx.json gets the pattern for it. */
  readonly keepNames?: boolean;
  readonly json?: string;
  readonly removeSource?: boolean;
  /** Nothing is asked. */
  readonly yes?: boolean;
}
