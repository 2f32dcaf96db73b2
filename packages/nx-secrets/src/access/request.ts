/** One call, as policies see it. */
export interface AccessRequest {
  /** `kms:Decrypt` */
  readonly action: string;
  /** Whose policy decides: the key's, the secret's, or none but those of the caller. */
  readonly on: 'key' | 'secret' | 'alias';
  readonly resource: string;
  /** The account of the resource. */
  readonly account: string;
  /** Condition keys in lower case: values, none where the request has no such key; undefined where it is not known. */
  readonly context: ReadonlyMap<string, readonly string[] | undefined>;
}

/** Where a key and a secret are, as far as condition keys say so. */
export interface Place {
  readonly region: string;
  readonly account: string;
  readonly keyArn: string;
  /** ARN of the alias, `arn:aws:kms:…:alias/user-service-prod`. */
  readonly aliasArn: string;
  /** ARN of the secret; with `??????` at its end where it is not there yet. */
  readonly secretArn: string;
  readonly keyTags: ReadonlyMap<string, string> | undefined;
  readonly secretTags: ReadonlyMap<string, string> | undefined;
  /** Names of the key's aliases. */
  readonly aliases: readonly string[] | undefined;
}

type Entries = readonly (readonly [key: string, values: readonly string[] | undefined])[];

/**
 * A call of KMS by whoever has the key's ARN or the name of one of its aliases.
 *
 * @param byAlias the aliases that it may be called by, undefined where they are not known
 */
export const keyRequest = (
  place: Place,
  action: string,
  context: Readonly<Record<string, string>> = {},
  byAlias: readonly string[] | undefined = [],
): AccessRequest =>
  request(place, 'key', `kms:${action}`, [
    ['kms:viaservice', []],
    ['aws:viaawsservice', ['false']],
    ['aws:calledvia', []],
    ['kms:requestalias', byAlias],
    ...contextEntries(context),
  ]);

/**
 * A call of KMS by Secrets Manager on somebody's behalf.
 * Source: Secrets Manager User Guide, "Permissions for the KMS key": the encryption context and kms:ViaService.
 */
export const keyRequestForSecret = (place: Place, action: string): AccessRequest =>
  request(place, 'key', `kms:${action}`, [
    ['kms:viaservice', [`secretsmanager.${place.region}.amazonaws.com`]],
    ['aws:viaawsservice', ['true']],
    ['aws:calledvia', ['secretsmanager.amazonaws.com']],
    ['kms:requestalias', []],
    ...contextEntries({ SecretARN: place.secretArn }),
    ['kms:encryptioncontext:secretversionid', undefined],
    ['kms:encryptioncontextkeys', ['SecretARN', 'SecretVersionId']],
  ]);

/** A call of Secrets Manager. */
export const secretRequest = (place: Place, action: string): AccessRequest =>
  request(place, 'secret', `secretsmanager:${action}`, [
    ['aws:viaawsservice', ['false']],
    ['aws:calledvia', []],
    ['secretsmanager:secretid', [place.secretArn]],
    ['secretsmanager:versionstage', ['AWSCURRENT']],
    ['secretsmanager:forcedeletewithoutrecovery', ['false']],
  ]);

/** Condition keys of parameters that callers may set as they like, or leave out. */
const chosen: readonly string[] = [
  'kms:bypasspolicylockoutsafetycheck',
  'kms:schedulekeydeletionpendingwindowindays',
  'secretsmanager:forcedeletewithoutrecovery',
  'secretsmanager:versionstage',
];

/** The same call with other parameters: those of which callers have the choice are whatever a policy asks for. */
export const withOtherParameters = (of: AccessRequest): AccessRequest => ({
  ...of,
  context: new Map([...of.context].map(([key, values]) => [key, chosen.includes(key) ? undefined : values])),
});

/** A call on the alias of the key: an alias has no policy. */
export const aliasRequest = (place: Place, action: string): AccessRequest =>
  request(place, 'alias', `kms:${action}`, []);

function request(place: Place, on: AccessRequest['on'], action: string, entries: Entries): AccessRequest {
  const resource = { key: place.keyArn, secret: place.secretArn, alias: place.aliasArn }[on];
  const tags = { key: place.keyTags, secret: place.secretTags, alias: undefined }[on];
  return {
    action,
    on,
    resource,
    account: place.account,
    context: new Map([
      ['aws:requestedregion', [place.region]],
      ['aws:resourceaccount', [place.account]],
      // Callers choose TLS, and what they need not ask for.
      ['aws:securetransport', ['true']],
      ['aws:tagkeys', mayHaveTags.test(action) ? undefined : []],
      ['secretsmanager:addreplicaregions', action.endsWith(':ReplicateSecretToRegions') ? undefined : []],
      ['kms:bypasspolicylockoutsafetycheck', []],
      ['kms:grantisforawsresource', ['false']],
      ['kms:schedulekeydeletionpendingwindowindays', ['30']],
      ['kms:encryptionalgorithm', ['SYMMETRIC_DEFAULT']],
      ['kms:resourcealiases', place.aliases],
      ...tagEntries(tags),
      ...entries,
    ]),
  };
}

/** Requests that make something with tags of the caller's choice; the others set none. */
const mayHaveTags = /:(?:CreateSecret|ReplicateKey)$/;

/** The name of the stage's alias, `alias/user-service-prod`. */
export const aliasName = ({ aliasArn }: Place): string => aliasArn.slice(aliasArn.indexOf(':alias/') + 1);

const contextEntries = (context: Readonly<Record<string, string>>): Entries => [
  ['kms:encryptioncontextkeys', Object.keys(context)],
  ...Object.entries(context).map(
    ([name, value]) => [`kms:encryptioncontext:${name.toLowerCase()}`, [value]] as const,
  ),
];

/** Tags that the plugin sets; a resource whose tags are known has no others of these names. */
const tagEntries = (tags: ReadonlyMap<string, string> | undefined): Entries => {
  if (!tags) return [];
  const names = new Set([...tags.keys(), 'managed-by', 'service', 'stage']);
  return [...names].flatMap((name) => {
    const values = tags.has(name) ? [tags.get(name) ?? ''] : [];
    return ['aws:resourcetag/', 'secretsmanager:resourcetag/'].map(
      (prefix) => [`${prefix}${name.toLowerCase()}`, values] as const,
    );
  });
};
