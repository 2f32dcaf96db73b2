import { aliasesOf } from '../../aws/kms/keys';
import type { Clients } from '../../aws/clients';
import { listSecretsWithKey } from '../../aws/secrets-manager/list-secrets-under-key';
import { toProblem } from '../../problem';
import { parseKeyArn } from '../../aws/arn';
import type { DesiredKey, KeyIdentity, KeySettings } from '../states';
import { lockedFiles } from './locked-files';
import { lostStatements } from './lost-statements';
import { meansKey, type KeyNames, type LockedSecret, type Loss } from './loss';

/**
 * What would lose access if a key, made by somebody else, got a stage's policy: files of the workspace that it opens
 * without the stage's encryption context, secrets other than the stage's, and those whom its policy names now. Grants
 * stay: KMS keeps them whatever the policy is.
 *
 * @param settings of the key, with the policies in the regions where it would change
 * @throws ProblemError where AWS refuses more than the list of secrets
 */
export async function findLoss(
  workspaceRoot: string,
  clientsIn: (region: string) => Clients,
  desired: DesiredKey,
  key: KeyIdentity,
  settings: KeySettings,
): Promise<Loss> {
  const { scope, names, policy } = desired;
  const accountId = parseKeyArn(key.arn)?.accountId ?? '';
  const replicas = [...settings.replicas].flatMap(([region, replica]): [string, string][] =>
    replica.kind === 'present' ? [[region, replica.policy]] : [],
  );
  const policies = new Map([[scope.region, settings.policy], ...replicas]);
  const aliases = await Promise.all(
    [...policies.keys()].map(async (region): Promise<[string, readonly string[]]> => [
      region,
      await aliasesOf(clientsIn(region), key.id),
    ]),
  );
  const keyNames: KeyNames = { id: key.id, accountId, aliases: new Map(aliases) };
  const [files, ...secrets] = await Promise.all([
    lockedFiles(workspaceRoot, keyNames, { service: names.service, stage: names.stage }),
    ...[...policies.keys()].map((region) =>
      lockedSecrets(clientsIn(region), keyNames, region, names.secretName),
    ),
  ]);
  const losses = [...policies].map(([region, text]) => ({
    region,
    ...lostStatements(text, policy, accountId),
  }));
  return {
    files,
    secrets: secrets.flatMap(({ found }) => found),
    unlisted: secrets.flatMap(({ unlisted }) => unlisted),
    statements: losses.flatMap(({ region, statements }) => statements.map((text) => ({ region, text }))),
    remaining: losses.flatMap(({ region, statements, remaining }) =>
      statements.length > 0 ? [{ region, text: remaining }] : [],
    ),
  };
}

/** The secrets of a region that are encrypted with the key, but for the stage's own. */
async function lockedSecrets(
  clients: Clients,
  key: KeyNames,
  region: string,
  own: string,
): Promise<{ readonly found: readonly LockedSecret[]; readonly unlisted: readonly string[] }> {
  try {
    const all = await listSecretsWithKey(clients);
    const found = all.filter(({ name, kmsKeyId }) => name !== own && names(key, kmsKeyId, region));
    const sorted = found.map(({ name }) => name).sort();
    return { found: sorted.map((name) => ({ name, region })), unlisted: [] };
  } catch (error) {
    if (toProblem(error).denied === undefined) throw error;
    return { found: [], unlisted: [region] };
  }
}

/** A secret names its key by ARN, by id, or by alias. */
function names(key: KeyNames, kmsKeyId: string, region: string): boolean {
  const resource = kmsKeyId.startsWith('alias/') ? kmsKeyId : `key/${kmsKeyId}`;
  const named = parseKeyArn(kmsKeyId) ?? {
    arn: kmsKeyId,
    partition: '',
    region,
    accountId: key.accountId,
    resource,
  };
  return meansKey(key, named);
}
