import type { Comment, Document, Item, Mapping, Value } from 'sops-codec';
import { importPiped, shellWord } from '../../config/commands';
import { throwProblem, type Problem } from '../../problem';
import { sameValue } from '../../secret-file/same-value';
import type { KeyNote, Reading } from '../imported';
import { definedTwice } from './tree';
import { didYouMean } from '../../config/did-you-mean';

/** Whether documents are manifests of Kubernetes. */
export const isManifest = (documents: readonly Document[]): boolean =>
  documents.length > 0 && documents.every((one) => textAt(one, 'apiVersion') && textAt(one, 'kind'));

/** Kinds that name values of another store instead of having them, and what makes a Secret of each. */
const references: ReadonlyMap<string, string> = new Map([
  ['SealedSecret', 'only the controller of Sealed Secrets in the cluster can decrypt it'],
  ['ExternalSecret', 'it names values of another store and has none'],
  ['ClusterExternalSecret', 'it names values of another store and has none'],
  ['SecretProviderClass', 'it names values of another store and has none'],
  ['VaultStaticSecret', 'it names values of Vault and has none'],
  ['VaultDynamicSecret', 'its values are made by Vault and expire'],
  ['OnePasswordItem', 'it names values of 1Password and has none'],
]);

/**
 * Reads the Secrets of manifests: `data` in base64, `stringData` over it, several documents, lists.
 *
 * @param source for messages
 * @param wanted name of the only Secret to take; all where absent
 * @throws ProblemError where a value is not text, where Secrets contradict each other, where there is none, and for kinds that
 *   have no values
 */
export function readManifests(
  documents: readonly Document[],
  source: string,
  wanted: string | undefined,
): Reading {
  const objects = documents.filter(({ items }) => items.length > 0).flatMap(objectsIn);
  const reference = objects.find(
    (one) => references.has(textAt(one, 'kind') ?? '') && (wanted === undefined || nameOf(one) === wanted),
  );
  const secrets = objects.filter((one) => textAt(one, 'kind') === 'Secret');
  const chosen = secrets.filter((one) => wanted === undefined || nameOf(one) === wanted);
  if (reference && !(wanted !== undefined && chosen.length > 0)) throwProblem(hasNoValues(reference, source));
  if (chosen.length === 0) throwProblem(noSecrets(source, wanted, secrets.map(nameOf)));
  const items: (Item | Comment)[] = [];
  const normalised: KeyNote[] = [];
  for (const secret of chosen) {
    for (const item of valuesOf(secret, source, normalised)) {
      const before = items.find((one) => one.kind === 'item' && one.key === item.key);
      if (before?.kind !== 'item') items.push(item);
      else if (!sameValue(before.value, item.value))
        throwProblem(severalSecrets(item.key, source, chosen.map(nameOf)));
    }
  }
  const others = objects.filter((one) => textAt(one, 'kind') !== 'Secret');
  const left = secrets.filter((one) => !chosen.includes(one));
  return {
    documents: [{ kind: 'map', items }],
    normalised,
    leftOut: [...others, ...left].map((one) => ({
      key: `${textAt(one, 'kind') ?? ''} ${nameOf(one)}`,
      what: left.includes(one) ? 'is not the Secret that --secret names' : 'is not a Secret',
    })),
    notes: [],
  };
}

/** The objects of a document: those of a list, else itself. */
function objectsIn(document: Mapping): readonly Mapping[] {
  const items = valueAt(document, 'items');
  if (!textAt(document, 'kind')?.endsWith('List') || items?.kind !== 'list') return [document];
  return items.elements.flatMap((one) => (one.kind === 'map' ? [one] : []));
}

function valuesOf(secret: Mapping, source: string, normalised: KeyNote[]): readonly Item[] {
  const plain = entriesOf(secret, 'stringData', source);
  const isOverridden = new Set(plain.map(({ key }) => key));
  const decoded = entriesOf(secret, 'data', source).flatMap(({ key, text }) => {
    if (isOverridden.has(key)) {
      normalised.push({ key, what: 'stringData counts, not data' });
      return [];
    }
    return [{ key, text: decode(text) ?? throwProblem(notText(key, source)) }];
  });
  if (decoded.length > 0)
    normalised.push({ key: decoded.map(({ key }) => key).join(', '), what: 'base64 decoded' });
  for (const { key, text } of plain)
    if (/\{\{.*\}\}/s.test(text)) normalised.push({ key, what: '{{ }} is not filled in, as Helm would' });
  return [...decoded, ...plain].map(({ key, text }) => ({ kind: 'item', key, value: { kind: 'str', text } }));
}

function entriesOf(secret: Mapping, field: string, source: string): readonly { key: string; text: string }[] {
  const map = valueAt(secret, field);
  if (map === undefined || map.kind === 'null') return [];
  if (map.kind !== 'map') return throwProblem(notText(field, source));
  return map.items.flatMap((item) => {
    if (item.kind === 'comment') return [];
    // Kubernetes refuses other values than texts; an empty one comes as null.
    if (item.value.kind === 'null') return [{ key: item.key, text: '' }];
    return item.value.kind === 'str' && 'text' in item.value
      ? [{ key: item.key, text: item.value.text }]
      : throwProblem(notText(item.key, source));
  });
}

/** The text that base64 stands for; undefined where it is not base64, or not of UTF-8. */
function decode(text: string): string | undefined {
  const bare = text.replaceAll(/\s/g, '');
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(bare)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(bare, 'base64'));
  } catch {
    return undefined;
  }
}

function valueAt({ items }: Mapping, key: string): Value | undefined {
  const item = items.find((one) => one.kind === 'item' && one.key === key);
  return item?.kind === 'item' ? item.value : undefined;
}

function textAt(mapping: Mapping, key: string): string | undefined {
  const value = valueAt(mapping, key);
  return value?.kind === 'str' && 'text' in value ? value.text : undefined;
}

function nameOf(object: Mapping): string {
  const metadata = valueAt(object, 'metadata');
  return (metadata?.kind === 'map' ? textAt(metadata, 'name') : undefined) ?? 'without a name';
}

const fromCluster = (name: string): string =>
  `kubectl get secret ${shellWord(name)} -o yaml | ${importPiped('--from=kubernetes', '--stage=<stage>')}`;

function hasNoValues(object: Mapping, where: string): Problem {
  const kind = textAt(object, 'kind') ?? '';
  return {
    code: 'encryptedSource',
    what: `${kind} ${nameOf(object)} cannot be imported: ${references.get(kind) ?? ''}`,
    where,
    fix: `Import the Secret that the cluster has made of it:\n${fromCluster(nameOf(object))}`,
  };
}

const notText = (key: string, where: string): Problem => ({
  code: 'notText',
  what: `the value of ${key} is not UTF-8 text in base64 (data) or a text (stringData)`,
  where,
  fix: 'Correct it, or leave it out. Bytes can be kept as base64 text under another name, or in a file of their own, secrets/<stage>.enc.bin.',
});

const noSecrets = (where: string, wanted: string | undefined, names: readonly string[]): Problem => ({
  code: 'unreadableSource',
  what: wanted === undefined ? 'the manifests have no Secret' : `the manifests have no Secret ${wanted}`,
  where,
  fix:
    names.length > 0
      ? `${didYouMean(wanted ?? '', names)}Pass --secret with one of: ${names.join(', ')}.`
      : `Pass a manifest of kind Secret, or take it from the cluster:\n${fromCluster('<name>')}`,
});

function severalSecrets(key: string, where: string, names: readonly string[]): Problem {
  const { what } = definedTwice(key, where);
  return {
    code: 'duplicateKey',
    what: `${what}, with different values, in several Secrets`,
    where,
    fix: `Import them one by one: --secret=<name>, with one of ${names.join(', ')}.`,
  };
}
