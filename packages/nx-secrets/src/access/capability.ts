import {
  aliasName,
  aliasRequest,
  keyRequest,
  keyRequestForSecret,
  secretRequest,
  withOtherParameters,
  type AccessRequest,
  type Place,
} from './request';

/** What one may do with a service's stage. */
export interface Capability {
  readonly access: 'read' | 'write' | 'administer';
  readonly of: 'file' | 'secret' | 'key';
  /** Which action, where it is about one; undefined where one of several ways is enough. */
  readonly action?: string;
  /** Ways to do it: of one of them all requests have to be allowed. */
  readonly alternatives: readonly (readonly AccessRequest[])[];
}

/**
 * What can be done to a stage's file, secret and key, with the calls that it takes. Opening the file counts also where it
 * takes another call than this plugin makes: KMS re-encrypts a data key for a key of somebody's own.
 *
 * @param at where key and secret are; the key of the secret may be another one than that of the file
 * @param context the encryption context of the file's data key
 */
export function capabilitiesOf(
  at: { readonly file: Place; readonly secret: Place; readonly secretExists: boolean },
  context: Readonly<Record<string, string>>,
): readonly Capability[] {
  const { file, secret } = at;
  const aliases = file.aliases?.filter((name) => name !== aliasName(file)).map((name) => [name]) ?? [
    undefined,
  ];
  const key = (action: string) =>
    [[], [aliasName(file)], ...aliases].map((byAlias) => [keyRequest(file, action, context, byAlias)]);
  const writing = [keyRequestForSecret(secret, 'GenerateDataKey'), keyRequestForSecret(secret, 'Decrypt')];
  const put = (action: string) => [secretRequest(secret, action), ...writing];
  return [
    { access: 'read', of: 'file', alternatives: [...key('Decrypt'), ...key('ReEncryptFrom')] },
    {
      access: 'read',
      of: 'secret',
      alternatives: withChoice([
        secretRequest(secret, 'GetSecretValue'),
        keyRequestForSecret(secret, 'Decrypt'),
      ]),
    },
    {
      access: 'write',
      of: 'file',
      alternatives: ['Encrypt', 'GenerateDataKey', 'GenerateDataKeyWithoutPlaintext', 'ReEncryptTo'].flatMap(
        key,
      ),
    },
    {
      access: 'write',
      of: 'secret',
      alternatives: at.secretExists ? [put('PutSecretValue'), put('UpdateSecret')] : [put('CreateSecret')],
    },
    // An earlier value becomes the current one, without any key.
    {
      access: 'write',
      of: 'secret',
      action: 'UpdateSecretVersionStage',
      alternatives: withChoice([secretRequest(secret, 'UpdateSecretVersionStage')]),
    },
    ...keyAdministration(file),
    ...secretAdministration(secret),
  ];
}

/** Administering a key: what changes who may use it, which key the alias means, and whether it can be used. */
const keyAdministration = (place: Place): readonly Capability[] => [
  ...['PutKeyPolicy', 'CreateGrant', 'RevokeGrant', 'ReplicateKey', 'DisableKey', 'ScheduleKeyDeletion'].map(
    (action) => administer('key', action, [keyRequest(place, action)]),
  ),
  ...['UpdateAlias', 'DeleteAlias'].map((action) =>
    administer('key', action, [keyRequest(place, action), aliasRequest(place, action)]),
  ),
];

const secretAdministration = (place: Place): readonly Capability[] =>
  [
    'PutResourcePolicy',
    'DeleteResourcePolicy',
    'DeleteSecret',
    'RotateSecret',
    'ReplicateSecretToRegions',
    'RemoveRegionsFromReplication',
  ].map((action) => administer('secret', action, [secretRequest(place, action)]));

const administer = (
  of: 'key' | 'secret',
  action: string,
  requests: readonly AccessRequest[],
): Capability => ({
  access: 'administer',
  of,
  action,
  alternatives: withChoice(requests),
});

/** Calls with the parameters that they have by default, and with others. */
const withChoice = (requests: readonly AccessRequest[]) => [requests, requests.map(withOtherParameters)];

/** A text that is equal for equal capabilities, in whichever region. */
export const capabilityId = ({ access, of, action }: Capability): string =>
  [access, of, action].filter(Boolean).join(' ');

/** All actions that are asked about: a policy that is about none of them says nothing here. */
export const askedActions: readonly string[] = (() => {
  const arn = 'arn:aws:kms:eu-west-1:111122223333:key/any';
  const place: Place = {
    region: 'eu-west-1',
    account: '111122223333',
    keyArn: arn,
    aliasArn: 'arn:aws:kms:eu-west-1:111122223333:alias/any',
    secretArn: arn,
    keyTags: undefined,
    secretTags: undefined,
    aliases: undefined,
  };
  return [true, false].flatMap((secretExists) =>
    capabilitiesOf({ file: place, secret: place, secretExists }, {}).flatMap(({ alternatives }) =>
      alternatives.flat().map(({ action }) => action),
    ),
  );
})();
