import { throwProblem } from '../problem';
import { readFields, wrongType } from './read-fields';

/** Kinds of recipients, by the names that a creation rule of `.sops.yaml` gives them. */
export const recipientKinds = [
  'kms',
  'gcp_kms',
  'azure_keyvault',
  'hc_vault_transit_uri',
  'hckms',
  'pgp',
  'age',
] as const;

export type RecipientKind = (typeof recipientKinds)[number];

/**
 * Who may open a stage's secret files besides the stage's own KMS key, such as a break-glass age key: identities by
 * kind, with the placeholders `{service}` and `{stage}`.
 */
export type StageRecipients = { readonly [Kind in RecipientKind]?: readonly string[] };

/** What an identity of each kind looks like. Source: sops, the recipients that `.sops.yaml` takes. */
const forms: Readonly<Record<RecipientKind, readonly [pattern: RegExp, wanted: string]>> = {
  kms: [
    /^arn:aws[\w-]*:kms:[a-z0-9-]+:[0-9]{12}:(?:key|alias)\/[\w/{}-]+$/,
    'an ARN of a KMS key or alias: arn:aws:kms:<region>:<account>:alias/<name>',
  ],
  gcp_kms: [
    /^projects\/[^/\s]+\/locations\/[^/\s]+\/keyRings\/[^/\s]+\/cryptoKeys\/[^/\s]+$/,
    'a resource name: projects/…/locations/…/keyRings/…/cryptoKeys/…',
  ],
  azure_keyvault: [
    /^https:\/\/[^/\s]+\/keys\/[^/\s]+(?:\/[^/\s]*)?$/,
    'a key URL: https://<vault>/keys/<name> or …/<version>',
  ],
  hc_vault_transit_uri: [
    /^https?:\/\/[^/\s]+\/v1\/[^\s]+\/keys\/[^/\s]+$/,
    'a transit URI: https://<vault>/v1/<engine>/keys/<name>',
  ],
  hckms: [/^[^\s:]+:[^\s:]+$/, 'a key: <region>:<key id>'],
  pgp: [/^(?:[0-9A-Fa-f]\s?){40}!?$/, 'a fingerprint of 40 hexadecimal digits'],
  age: [/^(?:age1[a-z0-9]+|ssh-(?:ed25519|rsa) [A-Za-z0-9+/=]+(?: .*)?)$/, 'an age recipient: age1…'],
};

/**
 * Reads a stage's `recipients`.
 *
 * @param stagePlace where the stage's options are, for messages
 * @throws ProblemError for an unknown kind, or for what is not a recipient of its kind
 */
export function readStageRecipients(raw: unknown, stagePlace: string): StageRecipients {
  const place = `${stagePlace}.recipients`;
  const types = Object.fromEntries(recipientKinds.map((kind) => [kind, 'object' as const]));
  const fields = readFields(raw, types, place);
  for (const kind of recipientKinds) {
    const list = fields[kind];
    if (list !== undefined) checkList(kind, list, place);
  }
  return fields;
}

function checkList(kind: RecipientKind, list: unknown, place: string): void {
  if (!Array.isArray(list)) throwProblem(wrongType(kind, 'a list of recipients', place));
  const [pattern, wanted] = forms[kind];
  for (const identity of list as readonly unknown[]) {
    if (typeof identity === 'string' && pattern.test(identity)) continue;
    throwProblem({
      code: 'badRecipient',
      what: `${kind} ${JSON.stringify(identity)} is not ${wanted}`,
      where: place,
      fix: `Write it as .sops.yaml does, ${wanted}.`,
    });
  }
}
