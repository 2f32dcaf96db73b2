import type { Key } from '../aws/kms/keys';
import type { Scope } from '../aws/scope';
import type { PolicyDocument } from '../policies/document';
import type { Problem } from '../problem';
import type * as report from '../report';
import type { Names } from '../config/names';
import type { PolicyChange } from './policy-difference';

/** The key of a service's stage, as nx.json and `.sops.yaml` want it. */
export interface DesiredKey {
  readonly names: Names;
  /** Project root of the service. */
  readonly root: string;
  /** Path of the `.sops.yaml` that names the key, for messages. */
  readonly where: string;
  readonly scope: Scope;
  readonly description: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly policy: PolicyDocument;
  /** The policy of a key that leaked and is replaced, as long as the secret needs it. */
  readonly revokedPolicy: PolicyDocument;
  /** The policy of the secret itself; absent where the stage names no principals. */
  readonly secretPolicy?: PolicyDocument;
  readonly rotationDays: number;
  readonly replicaRegions: readonly string[];
  /** Paths of the stage's secret files, relative to the workspace: what cannot be read without the key. */
  readonly files: readonly string[];
  /** Ids of keys that nx.json says somebody else makes, with the stage that each is for: nothing changes them. */
  readonly foreignKeys: ReadonlyMap<string, string>;
}

/** A key with what tells whose it is. */
export interface KeyIdentity extends Key {
  readonly tags: Readonly<Record<string, string>>;
}

/** What is set on a key; read only where the key is the service's own. */
export interface KeySettings {
  /** As KMS has it: JSON. */
  readonly policy: string;
  /** Undefined where the key does not rotate by itself. */
  readonly rotationDays: number | undefined;
  /** What is behind the alias in each replica region. */
  readonly replicas: ReadonlyMap<string, RemoteReplica>;
}

export type RemoteReplica =
  | { readonly kind: 'absent' }
  | { readonly kind: 'present'; readonly key: KeyIdentity; readonly policy: string };

/** What is in KMS for a desired key. */
export type RemoteKey =
  | { readonly kind: 'present'; readonly key: KeyIdentity }
  /** The alias is not there; keys that carry the tags of the service and stage may be. */
  | {
      readonly kind: 'absent';
      readonly candidates: readonly KeyIdentity[];
      /** Ids of keys without alias whose tags may not be read: one of them may be the stage's. */
      readonly unreadable: readonly string[];
    };

/** What is repaired on a key. */
export interface Repairs {
  /** The key is disabled or scheduled for deletion, and is made usable. */
  readonly enable?: { readonly from: string };
  readonly tags?: Readonly<Record<string, string>>;
  readonly description?: true;
  readonly policy?: readonly PolicyChange[];
  readonly rotation?: { readonly from: number | undefined };
  /** By region. */
  readonly replicas?: ReadonlyMap<string, ReplicaRepairs>;
}

/** What is repaired on the replica of a key. */
export interface ReplicaRepairs {
  /** There is no replica yet. */
  readonly replicate?: true;
  /** It is disabled or scheduled for deletion, and is made usable. */
  readonly enable?: { readonly from: string };
  readonly alias?: true;
  readonly tags?: Readonly<Record<string, string>>;
  readonly description?: true;
  readonly policy?: readonly PolicyChange[];
}

/** What provisioning does with one key. */
export type KeyAction =
  | { readonly kind: 'create' }
  /** The alias is missing: a key that carries the tags gets it. */
  | { readonly kind: 'attach'; readonly key: KeyIdentity; readonly repairs: Repairs }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'repair'; readonly key: KeyIdentity; readonly repairs: Repairs }
  | { readonly kind: 'refuse'; readonly problem: Problem };

/** How one key ended. */
export type KeyOutcome = report.Outcome<
  'created' | 'attached' | 'repaired' | 'unchanged' | 'would-create' | 'would-attach' | 'would-repair'
>;
