/** What the sources of a package import of each other, types included, and where that goes in a circle. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import ts from 'typescript';

/** Tests and what they are made of: they may reach across folders, product code may not. */
export const isTest = (path) => /\.(?:spec|test-kit)\.ts$/.test(path);

/**
 * The imports of a file: `specifier`, `line`, and `isType` where nothing of it is left at run time.
 *
 * @param text of the file
 */
export function importsOf(path, text) {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, false);
  const found = [];
  const add = (specifier, node, isType) => {
    const line = source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
    if (specifier && ts.isStringLiteral(specifier)) found.push({ specifier: specifier.text, line, isType });
  };
  const visit = (node) => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, node, isTypeClause(node.importClause));
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node, node.isTypeOnly);
    else if (ts.isImportTypeNode(node)) add(node.argument.literal, node, true);
    else if (ts.isExternalModuleReference(node)) add(node.expression, node, false);
    else if (ts.isCallExpression(node) && isImportCall(node)) add(node.arguments[0], node, false);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

const isImportCall = ({ expression }) =>
  expression.kind === ts.SyntaxKind.ImportKeyword ||
  (ts.isIdentifier(expression) && expression.text === 'require');

const isTypeClause = (clause) =>
  clause !== undefined &&
  (clause.isTypeOnly ||
    (!clause.name &&
      clause.namedBindings !== undefined &&
      ts.isNamedImports(clause.namedBindings) &&
      clause.namedBindings.elements.length > 0 &&
      clause.namedBindings.elements.every(({ isTypeOnly }) => isTypeOnly)));

/**
 * The imports of every source below a folder, by path relative to it. Each has `to`, the path of the source that it leads
 * to, or undefined for another package.
 *
 * @param known imports by file, with the time at which it was changed: filled, so that a next reading is quick
 */
export function importGraph(folder, known = new Map()) {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'));
  const sources = new Set(paths);
  return new Map(
    paths.map((path) => [
      path,
      readImports(join(folder, path), known).map((found) => ({
        ...found,
        to: targetOf(path, found.specifier, sources),
      })),
    ]),
  );
}

function readImports(file, known) {
  const changed = statSync(file).mtimeMs;
  const before = known.get(file);
  if (before?.changed === changed) return before.imports;
  const imports = importsOf(file, readFileSync(file, 'utf8'));
  known.set(file, { changed, imports });
  return imports;
}

function targetOf(path, specifier, sources) {
  if (!specifier.startsWith('.')) return undefined;
  const at = posix.join(posix.dirname(path), specifier.replace(/\.js$/, ''));
  return [`${at}.ts`, `${at}/index.ts`].find((one) => sources.has(one));
}

/** The folder `src` above a file: that of its package. */
export function sourceFolder(file) {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    if (folder.endsWith(`${sep}src`) && existsSync(join(folder, '../package.json'))) return folder;
  }
  return undefined;
}

/**
 * The way from a node back to it, each node once; undefined where there is none.
 *
 * @param next the nodes that a node leads to
 */
export function wayBack(start, first, next) {
  const from = new Map([[first, undefined]]);
  for (const node of from.keys()) {
    if (node === start) {
      const way = [];
      for (let one = node; one !== undefined; one = from.get(one)) way.unshift(one);
      return way;
    }
    for (const one of next(node)) if (!from.has(one)) from.set(one, node);
  }
  return undefined;
}

/**
 * The two parts of the house that an import joins: what differs first in the two paths, below the folder that both are in.
 * `keys/plan.ts` → `keys/rotation/uses.ts` joins `keys/plan.ts` and `keys/rotation`.
 */
export function partsOf(from, to) {
  const [a, b] = [from.split('/'), to.split('/')];
  const shared = a.findIndex((step, index) => step !== b[index]);
  return [a.slice(0, shared + 1).join('/'), b.slice(0, shared + 1).join('/')];
}

/** What the parts of the house lead to, by part: product code only. */
export function partGraph(graph) {
  const parts = new Map();
  for (const [path, imports] of graph) {
    if (isTest(path)) continue;
    for (const { to } of imports) {
      if (to === undefined || isTest(to) || to === path) continue;
      const [from, into] = partsOf(path, to);
      parts.set(from, (parts.get(from) ?? new Set()).add(into));
    }
  }
  return parts;
}
