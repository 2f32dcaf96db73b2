import {
  detectPackageManager,
  getProjects,
  NX_VERSION,
  readJson,
  writeJson,
  type PackageManager,
  type Tree,
} from '@nx/devkit';
import { throwProblem, type Problem } from '../../problem';
import { publishedName } from '../../config/plugin-name';
import { isShortName, shortName, shortNameFolder as folder } from '../../config/short-name';
import { addWorkspacePackage } from './workspace-packages';

/** What `addShortName` may write. */
export const shortNameFiles = [
  `${folder}/package.json`,
  `${folder}/generators.json`,
  'package.json',
  'pnpm-workspace.yaml',
];

/**
 * A release above all others that a registry can have. `nx migrate` takes from the registry what is newer than what is
 * installed: from the package that somebody else published as `secrets`, that is nothing. Source: semver, parts of a version
 * are at most Number.MAX_SAFE_INTEGER.
 */
const aboveEveryRelease = Array(3).fill(Number.MAX_SAFE_INTEGER).join('.');

const manifest = {
  name: shortName,
  version: aboveEveryRelease,
  private: true,
  description: `Gives the generators of ${publishedName} the name ${shortName}. The version is above every release on npm, so that nx migrate takes nothing from the package of that name there.`,
  // Without "main" or "exports" Nx finds a package of the workspace only where the package manager links it.
  exports: { '.': './generators.json', './package.json': './package.json' },
  generators: './generators.json',
};

/**
 * Makes the private package `tools/secrets`, a workspace of the package manager and no dependency: its name is never looked
 * up on a registry.
 *
 * @param nxVersion the workspace's
 * @returns whether anything changed: the package manager then has to install
 * @throws ProblemError where the workspace has another project or package of that name, or Nx would not find this one
 */
export function addShortName(tree: Tree, nxVersion: string = NX_VERSION): boolean {
  const packageManager = detectPackageManager(tree.root);
  if (!isFindable(tree, packageManager, nxVersion)) throwProblem(notFindable(packageManager));
  if (!tree.exists(`${folder}/package.json`)) assertFree(tree);
  else if (!isOurs(tree)) return throwProblem(nameTaken(folder));
  const before = tree.listChanges().length;
  addWorkspacePackage(tree, folder, packageManager);
  if (!tree.exists(`${folder}/package.json`)) {
    writeJson(tree, `${folder}/package.json`, manifest);
    writeJson(tree, `${folder}/generators.json`, { extends: [publishedName] });
  }
  return tree.listChanges().length > before;
}

/** Whether the short name is set up. */
export const hasShortName = (tree: Tree): boolean => tree.exists(`${folder}/package.json`) && isOurs(tree);

const isOurs = (tree: Tree): boolean => isShortName(tree.read(`${folder}/generators.json`, 'utf8') ?? '');

function assertFree(tree: Tree): void {
  const { dependencies, devDependencies } = tree.exists('package.json')
    ? readJson<{ dependencies?: object; devDependencies?: object }>(tree, 'package.json')
    : {};
  if (Object.hasOwn({ ...dependencies, ...devDependencies }, shortName))
    throwProblem(nameTaken('package.json'));
  const project = getProjects(tree).get(shortName);
  if (project) throwProblem(nameTaken(project.root));
}

/**
 * pnpm, bun and Plug'n'Play link no workspace that nothing depends on. Nx then looks among the packages of the workspace, and
 * up to Nx 22 that fails in a workspace without a tsconfig. Source: Nx, resolve-plugin, readTsConfigPaths.
 */
function isFindable(tree: Tree, packageManager: PackageManager, nxVersion: string): boolean {
  const isLinked = ['npm', 'yarn'].includes(packageManager) && process.versions['pnp'] === undefined;
  const hasConfig = ['tsconfig.base.json', 'tsconfig.json'].some((path) => tree.exists(path));
  return isLinked || hasConfig || Number(nxVersion.split('.')[0]) >= 23;
}

const notFindable = (packageManager: PackageManager): Problem => ({
  code: 'noShortName',
  what: `Nx 22 finds no short name in a workspace of ${packageManager === 'yarn' ? "Yarn Plug'n'Play" : packageManager} without a tsconfig`,
  where: '--short-name',
  fix: `Leave --short-name out: every generator has its name under ${publishedName}, too. Or update Nx first:\nnpx nx migrate nx@23`,
});

const nameTaken = (where: string): Problem => ({
  code: 'nameTaken',
  what: `the name "${shortName}" is taken`,
  where,
  fix: `Leave --short-name out: every generator has its name under ${publishedName}, too. Or rename or uninstall what has the name, then run this again.`,
});
