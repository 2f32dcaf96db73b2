import type { Commit } from '../git/changes';
import type { Options } from '../config/options';
import type { ProblemCode } from '../problem-codes';

/** A secret file that HEAD's history had and HEAD has not: the proof that its secret is meant to go. */
export interface Removal {
  /** Path of the file, relative to the workspace. */
  readonly path: string;
  /** The commit that removed it. */
  readonly commit: Commit;
  /** Whether origin's default branch has that commit, too; undefined where that branch is not known here. */
  readonly merged?: boolean;
}

/** A change of nx.json by which a secret file is pushed under another name: the proof that the old one is meant to go. */
export interface Renaming extends Removal {
  /** The name of the secret that the file is pushed to since. */
  readonly now: string;
}

/** A secret file that goes on where a removed one ended. */
export interface Successor {
  /** Path of the file, relative to the workspace. */
  readonly path: string;
  /** The name of the secret that it is pushed to. */
  readonly now: string;
}

/** What tells secrets of this repository that nobody needs from all others. */
export interface Evidence {
  /** Names of the secrets that have a secret file, in HEAD or as a file here. */
  readonly inUse: ReadonlySet<string>;
  /** Names that `formerly` of nx.json has: some may still read by them. */
  readonly former: ReadonlySet<string>;
  /** Removals by the tokens of all revisions that the file had. */
  readonly removals: ReadonlyMap<string, Removal>;
  /** Renamings by the old name of the secret. */
  readonly renamings: ReadonlyMap<string, Renaming>;
  /** Secret files of HEAD that go on where a removed file ended, by the name of its secret. */
  readonly successors: ReadonlyMap<string, readonly Successor[]>;
  /** Names of the secrets that are there in place of others: with a value that is a revision of their own file. */
  readonly deployed: ReadonlySet<string>;
  /** The plugin's options as HEAD's history had them before, as far as they made other names. */
  readonly namings: readonly Options[];
}

/** The status of a secret: what `--delete` does with it follows from the kind. */
export type PruneStatus =
  /** It has a secret file. */
  | { readonly kind: 'in-use' }
  /** Its file was removed, or is pushed under another name: `--delete` schedules its deletion. */
  | { readonly kind: 'orphan'; readonly removal: Removal; readonly reason: string }
  /** Perhaps its file was removed, perhaps somebody else's secret: only `--delete=<its name>` deletes it. */
  | { readonly kind: 'uncertain'; readonly removal: Removal | undefined; readonly reason: string }
  | Skipped
  | { readonly kind: 'deletion-scheduled'; readonly reason: string };

/** Never deleted: why, and what to do about it. */
export interface Skipped {
  readonly kind: 'skipped';
  readonly code: ProblemCode;
  readonly reason: string;
  readonly fix: string;
}

/** What to delete: nothing, all orphans, or secrets by name. */
export type Deletion =
  | { readonly kind: 'none' }
  | { readonly kind: 'orphans' }
  | { readonly kind: 'named'; readonly names: ReadonlySet<string> };
