import { emptyPolicy, readPolicy, type LivePolicy } from '../../access/live-policy';
import type { Place } from '../../access/request';
import type { KeyRules, Known, Site } from '../../access/site';
import { aliasArn, futureSecretArn } from '../../aws/arn';
import { keyArnIn, keyResource } from '../../config/stage-key';
import type { Clients } from '../../aws/clients';
import { keyGrants } from '../../aws/kms/key-grants';
import { aliasesOf, describeKey, keyPolicyText, keyTags, type Key } from '../../aws/kms/keys';
import { secretPolicyText } from '../../aws/secrets-manager/resource-policies';
import { describeSecret } from '../../aws/secrets-manager/secrets';
import { regionsOf, type PolicySubject } from '../../policies/subject';
import { throwProblem, type Problem } from '../../problem';
import type { Attempts } from './attempt';

/** What was read of a stage: its key and secret in each region, and remarks on their state. */
export interface LiveStage {
  readonly sites: readonly Site[];
  readonly notes: readonly string[];
}

/** The most characters that AWS takes of a policy. Source: KMS and Secrets Manager, quotas */
const keyPolicyLimit = 32_768;
const secretPolicyLimit = 20_480;

/** Reads the policies of a stage's key and secret, in each of its regions, by reading calls alone. */
export async function readSites(
  subject: PolicySubject,
  clientsIn: (region: string) => Clients,
  attempts: Attempts,
): Promise<LiveStage> {
  const notes: string[] = [];
  const sites: Site[] = [];
  for (const region of regionsOf(subject)) {
    sites.push(await readSite(subject, region, clientsIn(region), attempts, notes));
  }
  return { sites, notes };
}

/** What is known of one key. */
interface LiveKey {
  readonly arn: string;
  readonly rules: KeyRules;
  readonly tags: ReadonlyMap<string, string> | undefined;
  readonly aliases: readonly string[] | undefined;
}

async function readSite(
  subject: PolicySubject,
  region: string,
  clients: Clients,
  attempts: Attempts,
  notes: string[],
): Promise<Site> {
  const { accountId, names } = subject;
  const alias = aliasArn(region, accountId, names.keyAlias);
  const described = await attempts.attempt(
    `the key ${keyResource(names)} in ${region}, with its policy and grants`,
    () => describeKey(clients, keyArnIn(region, accountId, names)),
  );
  const fileKey = await readKey(described, keyResource(names), region, clients, attempts);
  if (described.known) notes.push(...keyNotes(described.value, keyResource(names), region));
  const secret = await attempts.attempt(`the secret ${names.secretName} in ${region}`, () =>
    describeSecret(clients, names.secretName),
  );
  const present = secret.known && secret.value.kind === 'present' ? secret.value : undefined;
  if (secret.known && !present) notes.push(`the secret ${names.secretName} is not there yet in ${region}`);
  if (present?.deletion === 'scheduled')
    notes.push(`the secret in ${region} is scheduled for deletion: nobody can read it until it is restored`);
  const secretArn = present?.arn ?? futureSecretArn(region, accountId, names.secretName);
  const secretPolicy = present
    ? await readSecretPolicy(secretArn, region, clients, attempts)
    : ({ known: secret.known, value: emptyPolicy } as Known<LivePolicy>);
  const isOwnKey = !present || isSameKey(present.kmsKeyId, names.foreignKey ? '' : alias, described);
  const secretKey = isOwnKey
    ? fileKey
    : await readOtherKey(present.kmsKeyId, region, clients, attempts, notes, fileKey);
  const base = {
    region,
    account: accountId,
    aliasArn: alias,
    secretArn,
    secretTags: present && lowerCase(present.tags),
  };
  const place = ({ arn, tags, aliases }: LiveKey): Place => ({
    ...base,
    keyArn: arn,
    keyTags: tags,
    aliases,
  });
  return {
    region,
    file: place(fileKey),
    secret: place(secretKey),
    secretExists: present !== undefined || !secret.known,
    fileKey: fileKey.rules,
    secretKey: secretKey.rules,
    secretPolicy,
  };
}

async function readKey(
  described: Known<Key | undefined>,
  name: string,
  region: string,
  clients: Clients,
  attempts: Attempts,
): Promise<LiveKey> {
  if (!described.known || !described.value) {
    const policy: Known<LivePolicy> = described.known
      ? { known: true, value: emptyPolicy }
      : { known: false };
    return { arn: 'unknown', rules: { policy, grants: [] }, tags: undefined, aliases: undefined };
  }
  const { arn, id } = described.value;
  const at = `${name} in ${region}`;
  const policy = await attempts.attempt(`the policy of key ${at}`, async () =>
    livePolicy(await keyPolicyText(clients, id), keyPolicyLimit, `the policy of key ${at}`),
  );
  const grants = await attempts.attempt(`the grants of key ${at}`, () => keyGrants(clients, id));
  const tags = await attempts.attempt(`the tags of key ${at}`, () => keyTags(clients, id));
  const aliases = await attempts.attempt(`the aliases of key ${at}`, () => aliasesOf(clients, id));
  if (policy.known) await reportUnreadable(policy.value, `the policy of key ${at}`, attempts);
  return {
    arn,
    rules: { policy, grants: grants.known ? grants.value : [] },
    tags: tags.known ? lowerCase(tags.value) : undefined,
    aliases: aliases.known ? aliases.value : undefined,
  };
}

async function readSecretPolicy(
  arn: string,
  region: string,
  clients: Clients,
  attempts: Attempts,
): Promise<Known<LivePolicy>> {
  const what = `the policy of the secret in ${region}`;
  const policy = await attempts.attempt(what, async () => {
    const text = await secretPolicyText(clients, arn);
    return text === undefined ? emptyPolicy : livePolicy(text, secretPolicyLimit, what);
  });
  if (policy.known) await reportUnreadable(policy.value, what, attempts);
  return policy;
}

/** A secret without a key of its own is under the key that AWS made for all secrets of the account. */
async function readOtherKey(
  keyId: string | undefined,
  region: string,
  clients: Clients,
  attempts: Attempts,
  notes: string[],
  fileKey: LiveKey,
): Promise<LiveKey> {
  const name = keyId ?? 'alias/aws/secretsmanager';
  const described = await attempts.attempt(`the key of the secret in ${region}, ${name}`, () =>
    describeKey(clients, name),
  );
  if (described.known && described.value?.arn === fileKey.arn) return fileKey;
  notes.push(`the secret in ${region} is under another key than the file: ${name}`);
  return readKey(described, name, region, clients, attempts);
}

const isSameKey = (keyId: string | undefined, alias: string, described: Known<Key | undefined>): boolean => {
  const key = described.known ? described.value : undefined;
  return (
    keyId !== undefined &&
    [alias, alias.slice(alias.indexOf(':alias/') + 1), key?.arn, key?.id].includes(keyId)
  );
};

function keyNotes(key: Key | undefined, alias: string, region: string): readonly string[] {
  if (!key) return [`there is no key ${alias} in ${region}`];
  return key.state === 'Enabled'
    ? []
    : [`the key ${alias} in ${region} is ${key.state}: nobody can open anything with it as long as it is`];
}

const livePolicy = (text: string, limit: number, what: string): LivePolicy => {
  const policy = readPolicy(text, 'resource', limit);
  return typeof policy === 'string' ? throwProblem(unreadable(what, policy)) : policy;
};

async function reportUnreadable(policy: LivePolicy, what: string, { attempt }: Attempts): Promise<void> {
  for (const name of policy.unreadable.slice(0, 10)) {
    await attempt(`${name} in ${what}`, () =>
      throwProblem(unreadable(`${name} in ${what}`, 'it is not a statement')),
    );
  }
}

const unreadable = (what: string, why: string): Problem => ({
  code: 'unreadablePolicy',
  what: `${what} cannot be read: ${why}`,
  where: what,
  fix: 'See who answers: AWS_ENDPOINT_URL, a proxy on the way (HTTPS_PROXY). AWS itself stores no such policy.',
});

const lowerCase = (tags: Readonly<Record<string, string>>): ReadonlyMap<string, string> =>
  new Map(Object.entries(tags).map(([key, value]) => [key.toLowerCase(), value]));
