import { keyIdIn } from '../../aws/arn';
import { generate } from '../../config/commands';
import type { Names } from '../../config/names';
import type { Problem } from '../../problem';

/** `--key` and `--revoke` of a stage whose key somebody else makes: the way is theirs first, then this stage's. */
export function notOurKey(names: Names, path: string, revoke: boolean): Problem | undefined {
  const { foreignKey, stage } = names;
  if (!foreignKey) return undefined;
  const id = keyIdIn(foreignKey.arn) ?? '';
  return {
    code: 'keyNotOurs',
    what: `key ${foreignKey.arn} is one that somebody else makes, so nx-secrets does not replace it`,
    where: path,
    fix: [
      `Ask whoever makes it for another key, and write its ARN as "kmsKeyArn" for stage ${stage} in nx.json. Then put the file under it, commit and sync:`,
      generate(names.address, 'rotate', '--data-key', `--stage=${stage}`),
      ...(revoke
        ? [
            'After a leak, change each value at its source, too. Once the secret is under the new key, whoever administers the old one can close it:',
            `aws kms disable-key --region ${foreignKey.region} --key-id ${id}`,
          ]
        : []),
    ].join('\n'),
  };
}
