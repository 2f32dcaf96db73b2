import { readFileSync } from 'node:fs';

/** A package.json as far as it is looked at here; what is in it may be anything. */
export interface PackageJson {
  readonly name?: unknown;
  /** Makes the folder a project of Nx. */
  readonly nx?: unknown;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** Reads a package.json; an empty one where there is none, or none that can be read: npm and Nx say what is wrong with it. */
export function readPackageJson(path: string): PackageJson {
  try {
    const read: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof read === 'object' && read !== null ? read : {};
  } catch {
    return {};
  }
}
