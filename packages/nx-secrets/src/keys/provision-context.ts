import type { AwsSession } from '../aws/session';
import type { Interruption } from '../interruption';
import type { PlacedNames } from '../config/names';
import type { KeyOverrides } from './blocker';
import type { DesiredKey, KeyIdentity, KeyOutcome } from './states';

/** What provisioning needs besides the desired keys. */
export interface ProvisionContext {
  readonly workspaceRoot: string;
  readonly sessionFor: (desired: DesiredKey, region: string) => AwsSession;
  /** Names of every service's every stage that has a file: others may use a key that is taken over. */
  readonly everyName: readonly PlacedNames[];
  readonly overrides: KeyOverrides;
  readonly dryRun: boolean;
  readonly interruption: Interruption;
  /** Called for each key whose outcome is known. */
  readonly ended: () => void;
}

/** How far a key has come. */
export interface Provisioned {
  readonly outcome?: KeyOutcome;
  /** The key behind the alias, once it is known. */
  readonly key?: Pick<KeyIdentity, 'id' | 'createdAt'> & Partial<Pick<KeyIdentity, 'tags' | 'regions'>>;
  /** The alias was made during this run: others may have made keys for it at the same time. */
  readonly contested: boolean;
  /** Keys that were made for the alias in vain; their deletion is scheduled. */
  readonly discarded: ReadonlySet<string>;
}
