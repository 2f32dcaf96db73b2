import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const root = join(__dirname, '..');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly files: readonly string[];
  readonly exports: Readonly<Record<string, string | { readonly types: string }>>;
};

/** The declarations that a type of the public API needs, from the sources: an entry and what it takes types from. */
function declarations(path: string, known = new Set<string>()): ReadonlySet<string> {
  if (known.has(path)) return known;
  known.add(path);
  const text = readFileSync(join(root, path), 'utf8');
  for (const [, target = ''] of text.matchAll(/(?:from|import\()\s*["'](\.[^"']+)["']/g)) {
    const file = join(dirname(path), target.replace(/\.js$/, ''));
    if (existsSync(join(root, `${file}.d.ts`))) declarations(`${file}.d.ts`, known);
  }
  return known;
}

test('the tarball has the declarations of the public API, and no others', () => {
  const entries = Object.values(manifest.exports).flatMap((one) =>
    typeof one === 'string' ? [] : [one.types],
  );
  const needed = [...new Set(entries.flatMap((path) => [...declarations(relative('.', path))]))].sort();
  expect(manifest.files.filter((pattern) => pattern.endsWith('.d.ts')).sort()).toEqual(needed);
});
