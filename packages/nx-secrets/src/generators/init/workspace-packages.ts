import { readJson, writeJson, type PackageManager, type Tree } from '@nx/devkit';
import { minimatch } from 'minimatch';
import { isMap, isSeq, parseDocument, Document } from 'yaml';
import { throwProblem, type Problem } from '../../problem';

const pnpmFile = 'pnpm-workspace.yaml';

/**
 * Lists a folder among the workspaces of the package manager, unless a pattern there covers it. What is there stays as it
 * is, comments included.
 *
 * @throws ProblemError where the list is not one
 */
export function addWorkspacePackage(tree: Tree, folder: string, packageManager: PackageManager): void {
  if (packageManager === 'pnpm') addToPnpm(tree, folder);
  else addToPackageJson(tree, folder);
}

function addToPnpm(tree: Tree, folder: string): void {
  const text = tree.read(pnpmFile, 'utf8') ?? '';
  const document = text.trim() === '' ? new Document({}) : parseDocument(text);
  if (!isMap(document.contents) || document.errors.length > 0) throwProblem(notAList(pnpmFile, 'packages'));
  const packages: unknown = document.get('packages') ?? undefined;
  if (packages === undefined) document.set('packages', document.createNode([folder]));
  else if (!isSeq(packages)) throwProblem(notAList(pnpmFile, 'packages'));
  else if (isCovered(folder, packages.toJSON())) return;
  else packages.add(document.createNode(folder));
  tree.write(pnpmFile, document.toString({ lineWidth: 0 }));
}

interface Manifest {
  readonly workspaces?: unknown;
}

function addToPackageJson(tree: Tree, folder: string): void {
  const manifest = readJson<Manifest>(tree, 'package.json');
  const { workspaces } = manifest;
  // Yarn 1 and bun know an object, too.
  const isObject = typeof workspaces === 'object' && workspaces !== null && !Array.isArray(workspaces);
  const list = isObject ? ((workspaces as { packages?: unknown }).packages ?? []) : (workspaces ?? []);
  if (!Array.isArray(list)) throwProblem(notAList('package.json', 'workspaces'));
  if (isCovered(folder, list)) return;
  const extended = [...(list as unknown[]), folder];
  writeJson(tree, 'package.json', {
    ...manifest,
    workspaces: isObject ? { ...workspaces, packages: extended } : extended,
  });
}

/** The files whose list of workspaces takes a folder in; one that is not a list takes none in. */
export function workspaceListsOf(tree: Tree, folder: string): readonly string[] {
  const pnpm: unknown = tree.exists(pnpmFile)
    ? parseDocument(tree.read(pnpmFile, 'utf8') ?? '').toJSON()
    : {};
  const { packages } = (pnpm ?? {}) as { readonly packages?: unknown };
  const { workspaces } = tree.exists('package.json') ? readJson<Manifest>(tree, 'package.json') : {};
  const own = Array.isArray(workspaces)
    ? workspaces
    : (workspaces as { packages?: unknown } | undefined)?.packages;
  return [
    ...(isCovered(folder, packages) ? [pnpmFile] : []),
    ...(isCovered(folder, own) ? ['package.json'] : []),
  ];
}

/** Whether the patterns of a package manager, in their order, take a folder in. */
function isCovered(folder: string, patterns: unknown): boolean {
  const texts = (Array.isArray(patterns) ? patterns : []).filter((one) => typeof one === 'string');
  return texts.reduce(
    (covered, pattern) =>
      pattern.startsWith('!')
        ? covered && !minimatch(folder, withoutDot(pattern.slice(1)))
        : covered || minimatch(folder, withoutDot(pattern)),
    false,
  );
}

const withoutDot = (pattern: string): string => pattern.replace(/^\.\//, '').replace(/\/$/, '');

const notAList = (where: string, field: string): Problem => ({
  code: 'badConfig',
  what: `${field} is not a list`,
  where,
  fix: `Write ${field} as a list of folders, then run this again.`,
});
