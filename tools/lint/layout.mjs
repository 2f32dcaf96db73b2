/**
 * Rules of ESLint on how the house hangs together, types included: no circle of files or of folders, and no I/O in files
 * that are pure. Rules of others see circles of files only, and none that goes through an `import type`.
 */
import { builtinModules } from 'node:module';
import { relative, sep } from 'node:path';
import { importGraph, isTest, partGraph, partsOf, sourceFolder, wayBack } from './import-graph.mjs';

/** How long a graph is good for, in milliseconds: a run of ESLint asks for it once a file, an editor for hours. */
const lifetime = 2_000;

/** Modules of Node that read and write nothing. */
const pureModules = new Set([
  'path',
  'path/posix',
  'crypto',
  'util',
  'url',
  'buffer',
  'assert',
  'assert/strict',
]);
const ioPackages =
  /^(?:execa|write-file-atomic|proper-lockfile|@clack\/prompts|nx|@nx\/.*|@aws-sdk\/.*|@smithy\/.*)(?:\/|$)/;

/** Whether a package or module of Node reads or writes something outside of the process. */
function isIo(specifier) {
  const name = specifier.replace(/^node:/, '');
  return builtinModules.includes(name) ? !pureModules.has(name) : ioPackages.test(specifier);
}

/** Gives the graph of a package's sources, and what is drawn from it, read again when it is old. */
function graphs() {
  const known = new Map();
  const files = new Map();
  return (folder) => {
    const before = known.get(folder);
    if (before && Date.now() - before.read < lifetime) return before;
    const graph = importGraph(folder, files);
    const now = { graph, parts: partGraph(graph), read: Date.now() };
    known.set(folder, now);
    return now;
  };
}

const read = graphs();

/** What a rule says of a file: each import that is not as it should be, with its line. */
const rule = (description, schema, messages, findings) => ({
  meta: { type: 'problem', docs: { description }, schema, messages },
  create: (context) => ({
    Program() {
      const folder = sourceFolder(context.filename);
      if (folder === undefined) return;
      const path = relative(folder, context.filename).split(sep).join('/');
      for (const { line, ...found } of findings(path, read(folder), context.options[0] ?? {})) {
        context.report({ loc: { line, column: 0 }, ...found });
      }
    },
  }),
});

function* circles(path, { graph, parts }) {
  const leadsTo = (one) => (graph.get(one) ?? []).flatMap(({ to }) => to ?? []);
  for (const { to, line } of graph.get(path) ?? []) {
    if (to === undefined) continue;
    const files = wayBack(path, to, leadsTo);
    if (files) {
      yield { line, messageId: 'files', data: { way: [path, ...files].join(' → ') } };
      continue;
    }
    if (isTest(path) || isTest(to)) continue;
    const [from, into] = partsOf(path, to);
    const folders = wayBack(from, into, (one) => parts.get(one) ?? []);
    if (folders) yield { line, messageId: 'folders', data: { way: [from, ...folders].join(' → ') } };
  }
}

function* impurities(path, { graph }, { io = [], allow = [] }) {
  const outside = (specifier, to) =>
    to === undefined
      ? isIo(specifier) && !allow.includes(specifier)
      : io.some((folder) => to.startsWith(`${folder}/`));
  for (const { specifier, to, line, isType } of graph.get(path) ?? []) {
    if (isType) continue;
    const way = wayOut(graph, specifier, to, outside);
    if (way) yield { line, messageId: 'io', data: { way: [path, ...way].join(' → ') } };
  }
}

/** The way from an import to the first thing that reads or writes; undefined where nothing behind it does. */
function wayOut(graph, specifier, to, outside) {
  if (outside(specifier, to)) return [to ?? specifier];
  if (to === undefined) return undefined;
  const from = new Map([[to, undefined]]);
  for (const node of from.keys()) {
    for (const next of graph.get(node) ?? []) {
      if (next.isType) continue;
      if (outside(next.specifier, next.to)) {
        const way = [next.to ?? next.specifier];
        for (let one = node; one !== undefined; one = from.get(one)) way.unshift(one);
        return way;
      }
      if (next.to !== undefined && !from.has(next.to)) from.set(next.to, node);
    }
  }
  return undefined;
}

const names = { type: 'array', items: { type: 'string' } };

export default {
  meta: { name: 'layout' },
  rules: {
    'no-circle': rule(
      'no file and no folder imports, by way of others, itself',
      [],
      {
        files: 'These files import each other in a circle: {{way}}',
        folders: 'These folders import each other in a circle: {{way}}',
      },
      circles,
    ),
    pure: rule(
      'files that take data and give data reach nothing that reads or writes',
      [{ type: 'object', properties: { io: names, allow: names }, additionalProperties: false }],
      { io: 'This file is pure: it takes data and gives data. It may not reach I/O: {{way}}' },
      impurities,
    ),
  },
};
