import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lineChanges } from './line-changes.mjs';
import { ports } from './followed.mjs';

/** Files of sops itself that decide what the codec does, besides those that the ports name. */
const moreOfSops = [
  'aes/cipher.go',
  'age/keysource.go',
  'cmd/sops/main.go',
  'config/config.go',
  'kms/keysource.go',
  'shamir/shamir.go',
  'sops.go',
  'stores/flatten.go',
  'stores/metadata.go',
  'stores/stores.go',
];

/**
 * What changed in the Go files that are followed.
 *
 * @returns {readonly {title: string, lines: readonly string[]}[]} one for each file that changed
 */
export function sourceChanges(before, after) {
  const users = new Map();
  for (const { file, origins } of ports())
    for (const { name, files } of origins)
      for (const path of files) users.set(`${name} ${path}`, [...(users.get(`${name} ${path}`) ?? []), file]);
  for (const path of moreOfSops) if (!users.has(`sops ${path}`)) users.set(`sops ${path}`, []);
  return [...users].sort().flatMap(([key, files]) => {
    const [name, path] = key.split(' ');
    if (before.folders[name] === undefined || before.folders[name] === after.folders[name]) return [];
    const [old, now] = [before, after].map(({ folders }) => textOf(folders[name], path));
    if (old === now) return [];
    const followers = files.length === 0 ? '' : `, which these follow: ${files.join(', ')}`;
    const title = `${name} ${before.versions[name]} → ${after.versions[name]}, ${path}${followers}`;
    return [{ title, lines: lineChanges(old, now) }];
  });
}

function textOf(folder, path) {
  try {
    return readFileSync(join(folder, path), 'utf8');
  } catch {
    return '';
  }
}
