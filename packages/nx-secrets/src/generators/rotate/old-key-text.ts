import { posix } from 'node:path';
import type { Key } from '../../aws/kms/keys';
import { revokedTag } from '../../aws/tags';
import { generate, shellWord, updateKeys } from '../../config/commands';
import type { Names } from '../../config/names';
import { regionsOfKey } from '../../keys/rotation/key-regions';
import type { LeftKey } from '../../keys/rotation/schedule-old-deletion';
import type { DesiredKey } from '../../keys/states';
import type { Problem } from '../../problem';
import type { KeyRotation } from './key-rotation';

/** That old keys go. */
export function goes(gone: readonly Pick<Key, 'id'>[], { window }: Pick<KeyRotation, 'window'>): string {
  const ids = gone.map(({ id }) => id).join(', ');
  const one = gone.length === 1;
  return `the old ${one ? 'key' : 'keys'} ${ids} ${one ? 'is' : 'are'} no longer used and will be deleted in ${window} days`;
}

/**
 * How the deletion of keys is cancelled, one line each: in each of a key's regions, since replicas are deleted with it.
 *
 * @param isClosed whether a key has the policy of a revoked key, which no longer opens files
 */
export const howToRestore = (
  gone: readonly Pick<Key, 'id' | 'regions'>[],
  desired: Pick<DesiredKey, 'scope' | 'names'>,
  isClosed: (id: string) => boolean = () => false,
): readonly string[] =>
  gone.flatMap((key) => {
    const regions = regionsOfKey(desired, key);
    return [
      `to restore ${key.id} until then:`,
      ...regions.flatMap((region) => [
        `aws kms cancel-key-deletion --region ${region} --key-id ${key.id}`,
        `aws kms enable-key --region ${region} --key-id ${key.id}`,
      ]),
      ...(isClosed(key.id) ? opened(key.id, regions, desired) : []),
    ];
  });

/** How a key that was closed gets the policy of nx.json, so that it opens files again. */
const opened = (
  id: string,
  regions: readonly string[],
  { names: { address, stage } }: Pick<DesiredKey, 'names'>,
): readonly string[] => [
  'it keeps the policy that closed it; to let it open files again:',
  generate(
    address,
    'policy',
    '--for=key',
    `--stage=${stage}`,
    '--format=json',
    shellWord('--output=key-policy-{region}.json'),
  ),
  ...regions.flatMap((region) => [
    `aws kms put-key-policy --region ${region} --key-id ${id} --policy-name default --policy ${shellWord(`file://${posix.join(address.root, `key-policy-${region}.json`)}`)}`,
    `aws kms untag-resource --region ${region} --key-id ${id} --tag-keys ${revokedTag}`,
  ]),
];

/** That keys stay which open nothing but versions of the secret. */
export const closedKeys = (left: readonly LeftKey[]): readonly string[] =>
  left.map(
    ({ id, uses }) =>
      `the old key ${id} no longer opens any file; it stays for these, through Secrets Manager: ${uses?.secrets.join(', ') ?? ''}`,
  );

/** The command that resumes a rotation, or begins a revocation. */
export const again = (how: 'key' | 'revoke', { names }: { readonly names: Names }): string =>
  generate(names.address, 'rotate', `--${how}`, `--stage=${names.stage}`);

/**
 * The problem of old keys that are left where the file is under the new one.
 *
 * @param unclosed whether one of them opens files still
 * @param problems what stopped the run besides
 */
export function notClosed(
  { id }: { readonly id: string },
  left: readonly LeftKey[],
  unclosed: boolean,
  problems: readonly Problem[],
  desired: DesiredKey,
): Problem {
  const { names, where } = desired;
  const one = left.length === 1;
  const ids = left.map((key) => key.id).join(', ');
  const holds = unclosed ? 'not revoked' : 'closed to files, and not deleted';

  const reasons = [...problems, ...left.map(({ problem }) => problem)].map(({ what }) => what);
  return {
    code: 'keyNotRevoked',
    what: `the file is encrypted with the new key ${id}, but ${one ? 'key' : 'keys'} ${ids} ${one ? 'is' : 'are'} ${holds}: ${reasons.join('; ')}`,
    where: `${where}, ${names.keyAlias}`,
    fix: [
      ...problems.map(({ fix }) => fix),
      ...new Set(left.flatMap((key) => stepsFor(key, desired))),
      'Then continue with:',
      again('key', desired),
    ].join('\n'),
  };
}

/** The problem of a new key that does not have the policy of nx.json, where nothing is left of the old ones. */
export const withoutPolicy = (
  { id }: { readonly id: string },
  problem: Problem,
  desired: DesiredKey,
): Problem => ({
  ...problem,
  what: `the old keys open nothing any more, but the new key ${id} does not have the policy of nx.json: ${problem.what}`,
  fix: `${problem.fix}\nThen continue with:\n${again('key', desired)}`,
});

/** What has to be done before a key can go. */
export function stepsFor(
  { uses, problem }: LeftKey,
  { scope: { region }, files }: Pick<DesiredKey, 'scope' | 'files'>,
): readonly string[] {
  if (!uses) return [problem.fix];
  return [
    ...uses.aliases.flatMap((alias) => {
      const [name = '', there = region] = alias.split(' in ');
      return [
        `Point ${alias} at another key for its users:`,
        `aws kms update-alias --region ${there} --alias-name ${name} --target-key-id <key>`,
      ];
    }),
    ...(uses.files.length > 0
      ? ['Remove it from .sops.yaml, then from the file:', ...files.map((path) => updateKeys(path))]
      : []),
    ...(uses.secrets.some((secret) => secret.includes(' in '))
      ? [
          "A replica's versions get the new key when values are pushed again: set other values, commit and sync, twice.",
        ]
      : []),
  ];
}
