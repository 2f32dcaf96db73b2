import { randomBytes } from 'node:crypto';
import * as kms from '@aws-sdk/client-kms';
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import {
  createKeyring,
  decrypt,
  encrypt,
  parse,
  readPlain,
  reencrypt,
  serialize,
  type Keyring,
} from 'sops-codec';
import { account, region } from '../../testing/aws-workspace.test-kit';
import { names, outsider, there } from './leak-account.test-kit';
import { wrappedOf } from './thief.test-kit';

type Credentials = { accessKeyId: string; secretAccessKey: string; sessionToken?: string };

/** The value that a thief would have services read. */
export const theirs = 'postgres://mallory';

const regions = [region, there];
const labels = ['AWSCURRENT', 'AWSPREVIOUS'];
const context = { service: names.service, stage: names.stage };
const aliasIn = (there: string) => `arn:aws:kms:${there}:${account}:${names.keyAlias}`;

/** What a thief knows of the stage: names of keys, and the texts of the secret file, the current one last. */
export interface Known {
  readonly keyIds: readonly string[];
  readonly files: readonly string[];
}

/** A thief with credentials that leaked: keeps whatever comes within reach, and tries everything each time. */
export function createThief(endpoint: string, leaked: readonly Credentials[]) {
  const values = new Set<string>();
  const dataKeys = new Map<string, Uint8Array>();
  const forged: string[] = [];
  const clients = leaked.flatMap((credentials) =>
    regions.map((inRegion) => {
      const config = { endpoint, region: inRegion, credentials, maxAttempts: 1 };
      return { inRegion, kms: new kms.KMSClient(config), secrets: new SecretsManagerClient(config) };
    }),
  );

  const anyOf = async (tries: readonly (() => Promise<unknown>)[]): Promise<boolean> => {
    let worked = false;
    for (const attempt of tries) worked = (await attempt().then(yes, no)) || worked;
    return worked;
  };
  const named = (keyIds: readonly string[], inRegion: string): readonly string[] => [
    names.keyAlias,
    aliasIn(inRegion),
    ...keyIds,
    ...keyIds.map((id) => `arn:aws:kms:${inRegion}:${account}:key/${id}`),
  ];

  const readSecret = () =>
    anyOf(
      clients.flatMap(({ secrets }) =>
        [undefined, ...labels].map((VersionStage) => async () => {
          const { SecretString } = await secrets.send(
            new GetSecretValueCommand({ SecretId: names.secretName, VersionStage }),
          );
          if (!SecretString?.includes(theirs)) values.add(SecretString ?? '');
        }),
      ),
    );

  /** By each name of a key and by none, in each region; by having it encrypted again for a key of their own, too. */
  const openWrapped = (blob: string, keyIds: readonly string[]) =>
    anyOf(
      clients.flatMap(({ kms: client, inRegion }) =>
        [undefined, ...named(keyIds, inRegion)].flatMap((KeyId) => {
          const CiphertextBlob = Buffer.from(blob, 'base64');
          const reencrypted = { CiphertextBlob, SourceEncryptionContext: context, SourceKeyId: KeyId };
          return [
            async () => {
              const decrypted = { CiphertextBlob, EncryptionContext: context, KeyId };
              const { Plaintext } = await client.send(new kms.DecryptCommand(decrypted));
              dataKeys.set(blob, Plaintext!);
            },
            () =>
              client.send(new kms.ReEncryptCommand({ ...reencrypted, DestinationKeyId: aliasIn(inRegion) })),
          ];
        }),
      ),
    );
  const openAny = async (blobs: readonly string[], keyIds: readonly string[]) => {
    let opened = false;
    for (const blob of new Set(blobs)) opened = (await openWrapped(blob, keyIds)) || opened;
    return opened;
  };

  /** With data keys that were opened before, whatever KMS says now. */
  const openWithCopies = async (text: string): Promise<boolean> =>
    anyOf(
      [...dataKeys.values()].map((dataKey) => async () => {
        const opened = await decrypt(parse(text, 'yaml'), knowing(dataKey));
        values.add(JSON.stringify(opened.documents));
        // A file of theirs under that data key, which the stage's key opens as long as it did the original.
        const { documents } = { documents: [...readPlain(`DATABASE_URL: ${theirs}\n`, 'yaml')] };
        forged.push(
          serialize(reencrypt({ ...opened, dataKey: Uint8Array.from(dataKey) }, documents)).toString(),
        );
      }),
    );

  const addValues = (keyIds: readonly string[]) =>
    anyOf(
      clients.flatMap(({ kms: client, inRegion }) =>
        named(keyIds, inRegion).map((KeyId) => async () => {
          const wrap: Keyring = {
            ...createKeyring({ awsKms: { clientFor: () => Promise.reject(new Error('unused')) } }),
            wrap: async (_, Plaintext) => {
              const wrapped = new kms.EncryptCommand({ KeyId, Plaintext, EncryptionContext: context });
              return Buffer.from((await client.send(wrapped)).CiphertextBlob!).toString('base64');
            },
          };
          const groups = [[{ kind: 'kms', arn: aliasIn(region), awsProfile: '', context } as const]];
          const documents = readPlain(`DATABASE_URL: ${theirs}\n`, 'yaml');
          forged.push(serialize(await encrypt(documents, { format: 'yaml', groups }, wrap)).toString());
        }),
      ),
    );

  const writeSecret = () =>
    anyOf(
      clients.map(({ secrets }) => () => {
        const SecretString = JSON.stringify({ DATABASE_URL: theirs, [randomBytes(4).toString('hex')]: '' });
        return secrets.send(new PutSecretValueCommand({ SecretId: names.secretName, SecretString }));
      }),
    );

  /** Lets themselves, and somebody outside, do everything. */
  const changeKey = (keyIds: readonly string[]) => {
    const Principal = {
      AWS: [`arn:aws:iam::${account}:root`, `arn:aws:iam::${outsider.account}:root`],
    };
    const Statement = [{ Effect: 'Allow', Principal, Action: 'kms:*', Resource: '*' }];
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
    return anyOf(
      clients.flatMap(({ kms: client, inRegion }) =>
        named(keyIds, inRegion)
          .filter((name) => !name.includes('alias/'))
          .map((KeyId) => () => client.send(new kms.PutKeyPolicyCommand({ KeyId, Policy }))),
      ),
    );
  };

  return {
    values: (): ReadonlySet<string> => values,
    forged: (): readonly string[] => forged,
    /** Tries everything with what leaked. Gives what worked. */
    attempts: async ({ keyIds, files }: Known): Promise<readonly string[]> => {
      const current = files.at(-1) ?? '';
      const now = wrappedOf(current);
      const old = files
        .slice(0, -1)
        .flatMap(wrappedOf)
        .filter((blob) => !now.includes(blob));
      const tried: readonly (readonly [string, () => Promise<boolean>])[] = [
        ['change the key', () => changeKey(keyIds)],
        ['read the secret', readSecret],
        ['open the file', () => openAny(now, keyIds)],
        ['open old files', () => openAny(old, keyIds)],
        ['open the file with a copied data key', () => openWithCopies(current)],
        ['add values', () => addValues(keyIds)],
        ['write the secret', writeSecret],
      ];
      const worked: string[] = [];
      for (const [name, attempt] of tried) if (await attempt()) worked.push(name);
      return worked;
    },
    close: () =>
      clients.forEach((one) => {
        one.kms.destroy();
        one.secrets.destroy();
      }),
  };
}

/** A keyring of somebody who knows a data key. */
const knowing = (dataKey: Uint8Array): Keyring => ({
  ...createKeyring({ awsKms: { clientFor: () => Promise.reject(new Error('unused')) } }),
  unwrap: async () => Uint8Array.from(dataKey),
});

const yes = () => true;
const no = () => false;
