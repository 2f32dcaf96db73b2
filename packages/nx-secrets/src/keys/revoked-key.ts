import { replacedByTag, revokedTag } from '../aws/tags';
import { shellWord } from '../config/commands';
import type { Problem } from '../problem';
import type { DesiredKey, KeyIdentity } from './states';

/** The problem of an alias that somebody moved back to a key that leaked and was closed. */
export function revokedKey(
  { names, where, scope }: Pick<DesiredKey, 'names' | 'where' | 'scope'>,
  { id, tags }: Pick<KeyIdentity, 'id' | 'tags'>,
): Problem {
  const next = tags[replacedByTag];
  const aws = (command: string, ...options: readonly string[]) =>
    ['aws kms', command, `--region ${scope.region}`, ...options].join(' ');
  return {
    code: 'revokedKey',
    what: `${names.keyAlias} points at key ${id}, which leaked and was closed; its policy was not changed`,
    where: `${where}, ${names.keyAlias}`,
    fix: [
      ...(next === undefined
        ? []
        : [
            'Point the alias at the key that replaced it:',
            aws('update-alias', `--alias-name ${names.keyAlias}`, `--target-key-id ${shellWord(next)}`),
          ]),
      `If it did not leak${next === undefined ? '' : ', and the alias was moved back on purpose'}, remove its tag${next === undefined ? '' : ' instead'}; the next run of provision-keys sets its policy:`,
      aws('untag-resource', `--key-id ${id}`, `--tag-keys ${revokedTag}`),
    ].join('\n'),
  };
}
