import { generate, runTarget, shellWord } from '../config/commands';
import type { Names } from '../config/names';

/**
 * How a stage whose key is of one region comes to replicas, in the order in which each step can work: KMS makes no key a
 * multi-Region key afterwards, so it gets a new key, under which its file is encrypted.
 *
 * @param files the stage's secret files, relative to the workspace
 */
export function toMultiRegion({ address, stage }: Names, files: readonly string[]): readonly string[] {
  const paths = files.length > 0 ? files.map(shellWord).join(' ') : undefined;
  return [
    ...(paths === undefined
      ? [
          'Create the secret file, which is re-encrypted with the new key:',
          generate(address, 'init', '--no-keys', `--stages=${stage}`),
        ]
      : []),
    'Put a multi-Region key and its replicas behind the alias; this re-encrypts the file:',
    generate(address, 'rotate', '--key', `--stage=${stage}`),
    'Commit the file, and push it:',
    `git commit --message="Multi-Region key of ${stage}" -- ${paths ?? shellWord(`${address.root}/secrets`)}`,
    runTarget(address, 'sync-secrets', `--stage=${stage}`),
    'This schedules the deletion of the old key once nothing needs it, and otherwise says what does:',
    generate(address, 'rotate', '--key', `--stage=${stage}`),
    'Or leave "replicaRegions" out of nx.json.',
  ];
}
