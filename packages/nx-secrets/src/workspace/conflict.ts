import type { Format } from 'sops-codec';
import type { Problem } from '../problem';
import { pluginName } from './plugin-name';

/** Whether a merge left both sides in a text, each between Git's markers. */
export function isConflicted(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  return [/^<{7}( |\r?$)/m, /^={7}\r?$/m, /^>{7}( |\r?$)/m].every((marker) => marker.test(text));
}

/**
 * The problem of a secret file that holds both sides of a merge. No side is to be lost: Git keeps them in its index until
 * `git add`.
 *
 * @param path of the file, relative to the workspace
 */
export const conflict = (path: string, stage: string, format: Format): Problem => ({
  what: 'a merge conflict is in the file: lines of both sides stand in it, between <<<<<<< and >>>>>>>',
  where: path,
  fix: [
    'A file of SOPS cannot be merged by lines, its MAC seals it as a whole: take one side, and set again what the other changed. Which keys that are:',
    `git diff :1:./${path} :3:./${path}`,
    'Take your side (--theirs for the other; then :2: below):',
    `git checkout --ours -- ${path}`,
    `Then, for each of those keys, in the service's folder (nested ones as '["a"]["b"]'):`,
    `git show :3:./${path.slice(path.lastIndexOf('secrets/'))} | sops decrypt --input-type ${format} --extract '["KEY"]' /dev/stdin | npx nx g ${pluginName()}:set KEY --stage=${stage}`,
    `At the end: git add ${path}`,
  ].join('\n'),
});
