import { containedIn } from './repository';

/** What may be origin's default branch, most certain first: a checkout of a CI service has no origin/HEAD. */
const defaultBranches = ['origin/HEAD', 'origin/main', 'origin/master'];

/** Whether origin's default branch has a commit; undefined where that branch is not known here. */
export async function onDefaultBranch(directory: string, commit: string): Promise<boolean | undefined> {
  for (const branch of defaultBranches) {
    const contained = await containedIn(directory, commit, branch);
    if (contained !== undefined) return contained;
  }
  return undefined;
}
