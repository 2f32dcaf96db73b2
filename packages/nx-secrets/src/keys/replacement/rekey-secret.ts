import type { Clients } from '../../aws/clients';
import type { Key } from '../../aws/kms';
import { labelledVersions } from '../../aws/secret-versions';
import { stagedLabel, updateSecret } from '../../aws/secrets-manager';
import { fail } from '../../problem';
import type { Names } from '../../workspace/names';
import { versionsWithout } from './uses';
import { shellWord } from '../../workspace/commands';

/**
 * Has Secrets Manager encrypt a secret's versions anew, so that a key opens them: those labelled AWSCURRENT, AWSPREVIOUS
 * and AWSPENDING. Its key is named by ARN first and by alias then: a secret that names the alias already is not encrypted
 * anew for naming it again. Source: Secrets Manager User Guide, "Change the encryption key for a secret".
 *
 * @throws ProblemError where a labelled version stays that the key does not open
 */
export async function rekeySecret(
  clients: Clients,
  { secretName }: Names,
  aliasArn: string,
  key: Pick<Key, 'arn' | 'id'>,
): Promise<void> {
  const before = versionsWithout(await labelledVersions(clients, secretName), key);
  if (before.length === 0) return;
  await updateSecret(clients, secretName, { keyArn: key.arn });
  await updateSecret(clients, secretName, { keyArn: aliasArn });
  const left = versionsWithout(await labelledVersions(clients, secretName), key);
  if (left.length === 0) return;
  const labels = left.flatMap((version) => version.labels);
  fail({
    what: `${secretName} has versions that only the old key opens: ${labels.join(', ')}`,
    where: secretName,
    fix: [
      'Secrets Manager encrypts AWSCURRENT, AWSPREVIOUS and AWSPENDING again where whoever asks may use both keys; the next sync removes nx-secrets-staged. Remove other labels, then run it again:',
      ...left.flatMap(({ id, labels: its }) =>
        its
          .filter((label) => !rekeyed.has(label))
          .map((label) => removeLabel(aliasArn, secretName, label, id)),
      ),
    ].join('\n'),
  });
}

/** Labels that the next sync removes, or whose versions Secrets Manager encrypts again. */
const rekeyed: ReadonlySet<string> = new Set(['AWSCURRENT', 'AWSPREVIOUS', 'AWSPENDING', stagedLabel]);

const removeLabel = (aliasArn: string, secretName: string, label: string, id: string): string =>
  `aws secretsmanager update-secret-version-stage --region ${aliasArn.split(':')[3] ?? ''} --secret-id ${shellWord(secretName)} --version-stage ${shellWord(label)} --remove-from-version-id ${shellWord(id)}`;
