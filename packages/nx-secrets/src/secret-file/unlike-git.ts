import { isLinkInGit, otherContentAmong, type OtherContent } from '../git/other-content';
import type { Problem } from '../problem';
import { shellWord } from '../config/commands';

/**
 * The problems of secret files that Git has otherwise than they are here: what is deployed could never be found in the
 * history, and each push would look like a change by hand.
 *
 * @param paths of secret files, relative to the workspace
 */
export async function unlikeGit(
  workspaceRoot: string,
  paths: readonly string[],
): Promise<ReadonlyMap<string, Problem>> {
  const others = await otherContentAmong(workspaceRoot, paths);
  return new Map([...others].map(([path, other]) => [path, otherProblem(path, other)]));
}

function otherProblem(path: string, other: OtherContent): Problem {
  if (other.kind === 'repository') {
    return {
      code: 'otherRepository',
      what: `the secret file is in another Git repository, ${other.folder} (a submodule or a nested repository), so it is not in the workspace's history`,
      where: path,
      fix: `Keep the service's .sops.yaml and secrets/ in the workspace's own repository, next to the submodule. Where ${other.folder} is an Nx workspace itself, run it there: cd ${shellWord(other.folder)}.`,
    };
  }
  return {
    code: 'gitAttributes',
    what: `Git stores other content than the file has: .gitattributes sets ${other.attribute}`,
    where: path,
    fix: `Secret files are small, encrypted text: keep them in Git unchanged. Append a line to .gitattributes, then add the file again:\necho 'secrets/*.enc.* !filter !diff !merge !working-tree-encoding !ident' >> ${attributesFile(path)}\ngit add --renormalize ${attributesFile(path)} ${shellWord(path)}`,
  };
}

/** Next to the folder `secrets/`: a .gitattributes file further down counts more. */
const attributesFile = (path: string): string => shellWord(path.replace(/secrets\/[^/]*$/, '.gitattributes'));

/** What a file that cannot be read is instead of a secret file: a placeholder of Git's, or of a program that works with it. */
export async function placeholderProblem(
  workspaceRoot: string,
  path: string,
  bytes: Uint8Array,
): Promise<Problem | undefined> {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 1024)).toString(
    'latin1',
  );
  if (text.startsWith('version https://git-lfs.github.com/spec/')) {
    return {
      code: 'gitLfsPointer',
      what: 'the secret file is a Git LFS pointer',
      where: path,
      fix: `git lfs pull --include=${shellWord(path)} downloads the file. Take secret files out of LFS: they are small text, and their history has pointers only. ${otherProblem(path, { kind: 'attribute', attribute: 'filter=lfs' }).fix}`,
    };
  }
  if (text.startsWith('\0GITCRYPT\0')) {
    return {
      code: 'gitCryptLocked',
      what: 'the secret file is locked by git-crypt',
      where: path,
      fix: `git-crypt unlock decrypts it. Take it out of git-crypt: SOPS already encrypts it. ${otherProblem(path, { kind: 'attribute', attribute: 'filter=git-crypt' }).fix}`,
    };
  }
  const isTarget = bytes.byteLength < 1024 && !/[\n\0]/.test(text);
  if (!isTarget || !(await isLinkInGit(workspaceRoot, path))) return undefined;
  return {
    code: 'linkedSecretFile',
    what: 'the secret file is a link in Git, which this checkout has as text: Git does not store the content or its history',
    where: path,
    fix: `Remove the link, copy the file that it names to its place, and add it:\ngit rm --force ${shellWord(path)}\ngit add ${shellWord(path)}`,
  };
}
