import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Not bundled: optional, and installed by who needs them, next to this package. */
export const usersOwn = Object.keys(
  JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')).peerDependencies,
);

/** The name of a library's file in the bundle. */
export const fileOf = (library) => `${library.replace(/^@|\.js$/g, '').replaceAll('/', '-')}.js`;

/**
 * What the sources take from which library, so that each library is bundled with that and no more.
 *
 * @param {string} folder of the sources
 * @returns {Map<string, Set<string> | undefined>} the names by library; undefined where it is all of them
 */
export function usedNames(folder) {
  const used = new Map();
  const add = (library, names) => {
    if (library.startsWith('.') || library.startsWith('node:') || usersOwn.includes(library)) return;
    const known = used.has(library) ? used.get(library) : new Set();
    used.set(library, known && names && new Set([...known, ...names]));
  };
  for (const text of sources(folder)) {
    for (const [, what, library] of text.matchAll(/^(?:import|export) (?!type )([^;]*?) from '([^']+)';/gm))
      add(library, namesOf(what));
    const dynamic = /(?:\{([^{}]*)\} =\s+)?(?<!typeof )(?:await )?import\('([^']+)'\)(?:\)\.(\w+))?/g;
    for (const [, destructured, library, member] of text.matchAll(dynamic))
      add(library, member === undefined ? destructured && namesOf(`{${destructured}}`) : [member]);
    for (const [, library] of text.matchAll(/\brequire\('([^']+)'\)/g)) add(library, undefined);
  }
  return used;
}

/** The names of `{ a, b as c, type D }` or of a default import; undefined for `* as all`. */
function namesOf(what) {
  const [, first, list] = /^(\w+)?,? ?(?:\{([^}]*)\})?$/s.exec(what.trim()) ?? [];
  if (first === undefined && list === undefined) return undefined;
  const named = (list ?? '').split(',').map((one) =>
    one
      .trim()
      .split(/ as |:/)[0]
      .trim(),
  );
  return [
    ...(first === undefined ? [] : ['default']),
    ...named.filter((one) => one && !one.startsWith('type ')),
  ];
}

const sources = (folder) =>
  readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith('.ts') && !/\.(spec|test-kit)\.ts$/.test(name))
    .map((name) => readFileSync(join(folder, name), 'utf8'));
