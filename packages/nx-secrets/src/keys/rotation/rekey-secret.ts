import type { Clients } from '../../aws/clients';
import type { Key } from '../../aws/kms/keys';
import { labelledVersions, type LabelledVersion } from '../../aws/secrets-manager/list-secret-versions';
import { stagedLabel, updateSecret } from '../../aws/secrets-manager/secrets';
import { throwProblem } from '../../problem';
import { shellWord } from '../../config/commands';
import type { Names } from '../../config/names';
import { parseKeyArn } from '../../aws/arn';
import { versionsWithout } from './uses';

/**
 * Has Secrets Manager re-encrypt a secret's versions, so that a key opens them: those labelled AWSCURRENT, AWSPREVIOUS
 * and AWSPENDING. Its key is named by ARN first and by alias then: a secret that names the alias already is not encrypted
 * again for naming it again. Source: Secrets Manager User Guide, "Change the encryption key for a secret".
 *
 * @returns how versions with other labels, which Secrets Manager does not re-encrypt, are let go: lines of a fix
 * @throws ProblemError where one of those three stays that the key does not open
 */
export async function rekeySecret(
  clients: Clients,
  { secretName }: Names,
  aliasArn: string,
  key: Pick<Key, 'arn' | 'id'>,
): Promise<readonly string[]> {
  const before = versionsWithout(await labelledVersions(clients, secretName), key);
  if (before.length === 0) return [];
  await updateSecret(clients, secretName, { keyArn: key.arn });
  await updateSecret(clients, secretName, { keyArn: aliasArn });
  const left = versionsWithout(await labelledVersions(clients, secretName), key);
  const refused = left.filter(({ labels }) => labels.some((label) => encryptedAgain.has(label)));
  if (refused.length > 0)
    throwProblem({
      code: 'versionsUnderOldKey',
      what: `${secretName} has versions that only the old key can decrypt: ${refused.flatMap(({ labels }) => labels).join(', ')}`,
      where: secretName,
      fix: 'This needs kms:Decrypt on the old key, and kms:Encrypt, kms:GenerateDataKey and kms:Decrypt on the new one, through Secrets Manager.',
    });
  return lettingGo(left, secretName, parseKeyArn(aliasArn)?.region ?? '');
}

/** The labels whose versions Secrets Manager encrypts again. Source: API Reference, UpdateSecret, KmsKeyId. */
const encryptedAgain: ReadonlySet<string> = new Set(['AWSCURRENT', 'AWSPREVIOUS', 'AWSPENDING']);

function lettingGo(left: readonly LabelledVersion[], secretName: string, region: string): readonly string[] {
  const removals = left.flatMap(({ id, labels }) =>
    labels
      .filter((label) => label !== stagedLabel)
      .map(
        (label) =>
          `aws secretsmanager update-secret-version-stage --region ${region} --secret-id ${shellWord(secretName)} --version-stage ${shellWord(label)} --remove-from-version-id ${shellWord(id)}`,
      ),
  );
  return [
    ...(left.some(({ labels }) => labels.includes(stagedLabel))
      ? [`The next sync removes ${stagedLabel}.`]
      : []),
    ...(removals.length > 0
      ? ['If nobody reads the versions with these labels, remove the labels:', ...removals]
      : []),
  ];
}
